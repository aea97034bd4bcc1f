"""Who was told of an incident: a set of channels, kept beside the incident's timeline."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from caretaker.core.store.table import Conflict, Table, incident_key, key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_SK = "told"
_ACTIONS = 100  # that one transaction takes
_ROUNDS = 6

Told = Mapping[str, frozenset[str]]


def read(table: Table, incidents: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the channels that were told of each of these incidents."""
    wanted = list(dict.fromkeys(incidents))
    found = table.get((incident_key(incident), _SK) for incident in wanted)
    return {
        incident: frozenset(found.get((incident_key(incident), _SK), {}).get("channels", {}).get("SS", ()))
        for incident in wanted
    }


def add(table: Table, channels: Told, wait: Callable[[float], None]) -> None:
    """Add channels to those told of each incident; adding one twice changes nothing."""
    wanted = [(incident, names) for incident, names in channels.items() if names]
    for start in range(0, len(wanted), _ACTIONS):
        actions = [_add(table, incident, names) for incident, names in wanted[start : start + _ACTIONS]]
        for attempt in range(_ROUNDS):
            try:
                table.transact(actions)
                break
            except Conflict:
                # Somebody adds to the same incidents at this moment; there is no condition to fail.
                if attempt + 1 == _ROUNDS:
                    raise
                wait(0.05 * 2**attempt)


def _add(table: Table, incident: str, names: frozenset[str]) -> "TransactWriteItemTypeDef":
    return {
        "Update": {
            "TableName": table.name,
            "Key": key(incident_key(incident), _SK),
            "UpdateExpression": "ADD channels :names",
            "ExpressionAttributeValues": {":names": {"SS": sorted(names)}},
        }
    }
