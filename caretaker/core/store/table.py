"""The table: how its keys are made, and what its errors mean.

Everything is kept in one DynamoDB table with the keys ``pk`` and ``sk`` and the sparse index ``due``
(``due``, ``due_at``). The clients retry throttling and passing faults by themselves
(botocore's standard mode), so that an error which arrives here has lasted.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

Item = dict[str, Any]  # a DynamoDB item as the low-level client gives it: {"pk": {"S": "…"}, …}

SCHEMA = 1
OUTBOX = "OUTBOX"
DUE_INDEX = "due"
HISTORY_KEPT = timedelta(days=35)
_BATCH_GET = 100  # keys that one BatchGetItem takes


@dataclass(frozen=True, slots=True)
class Table:
    """The table and the client that reaches it."""

    client: "DynamoDBClient"
    name: str

    def query(self, pk: str, *, starts_with: str = "", consistent: bool = True) -> Iterator[Item]:
        """Yield the items of a partition in the order of their sort keys, page by page."""
        condition = "pk = :pk" + (" AND begins_with(sk, :start)" if starts_with else "")
        values: Item = {":pk": text(pk)} | ({":start": text(starts_with)} if starts_with else {})
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=consistent,
        )
        for page in pages:
            yield from page["Items"]

    def get(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        """Return the items that exist under these keys, read consistently."""
        wanted = list(dict.fromkeys(keys))
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(wanted), _BATCH_GET):
            pending: Sequence[Mapping[str, Any]] = [key(pk, sk) for pk, sk in wanted[start : start + _BATCH_GET]]
            while pending:
                answer = self.client.batch_get_item(
                    RequestItems={self.name: {"Keys": list(pending), "ConsistentRead": True}}
                )
                for item in answer["Responses"].get(self.name, []):
                    found[item["pk"]["S"], item["sk"]["S"]] = item
                left = answer["UnprocessedKeys"].get(self.name)
                pending = left["Keys"] if left else []
        return found

    def put(self, item: Item) -> None:
        """Write one item, replacing what was there."""
        self.client.put_item(TableName=self.name, Item=item)

    def transact(self, actions: "Sequence[TransactWriteItemTypeDef]") -> None:
        """Write all of these or none; raise ``Conflict`` if a condition did not hold."""
        try:
            self.client.transact_write_items(TransactItems=list(actions))
        except ClientError as error:
            reasons = cancellation_reasons(error)
            if reasons and any(reason in _CONFLICTS for reason in reasons):
                raise Conflict(reasons) from error
            raise


_CONFLICTS = ("ConditionalCheckFailed", "TransactionConflict")


class Conflict(Exception):
    """Somebody else wrote first: nothing of the transaction was written.

    ``reasons`` has one entry for each action: ``None``, or the code of what stood in its way.
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("the transaction met a newer version of what it wanted to change")
        self.reasons = tuple(reasons)

    def stood_in_the_way(self, action: int) -> bool:
        """Whether this action is one that could not be done."""
        return self.reasons[action] in _CONFLICTS


class NewerItem(Exception):
    """An item was written by a newer version, and is left as it is; the message says which, and what to do."""


def written_newer(item: Mapping[str, Any], what: str) -> str:
    """Return what to say of an item that a newer version of Caretaker wrote, nothing of any other."""
    written = int(item.get("schema", {}).get("N", SCHEMA))
    if written <= SCHEMA:
        return ""
    return (
        f"{what} was written by a newer version of Caretaker (schema {written}, this one knows {SCHEMA}): "
        "use that version, or a later one"
    )


def refuse_newer(item: Mapping[str, Any], what: str) -> None:
    """Raise ``NewerItem`` for an item that a newer version of Caretaker wrote."""
    if said := written_newer(item, what):
        raise NewerItem(said)


def cancellation_reasons(error: ClientError) -> list[str]:
    """Return the code for each action of a cancelled transaction, empty if it is another error."""
    if error.response.get("Error", {}).get("Code") != "TransactionCanceledException":
        return []
    reasons: Any = error.response.get("CancellationReasons", [])
    return [str(reason.get("Code", "None")) for reason in reasons]


def is_condition_failure(error: ClientError) -> bool:
    """Whether a single conditional write was refused because its condition did not hold."""
    return error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException"


def key(pk: str, sk: str) -> Item:
    """Return the key of one item."""
    return {"pk": text(pk), "sk": text(sk)}


def text(value: str) -> dict[str, str]:
    """Return a string attribute."""
    return {"S": value}


def number(value: float) -> dict[str, str]:
    """Return a number attribute."""
    return {"N": str(value)}


def packed(value: str) -> dict[str, bytes]:
    """Return a text as a compressed binary attribute."""
    return {"B": zlib.compress(value.encode(), 6)}


def unpacked(attribute: Mapping[str, Any]) -> str:
    """Return the text that ``packed`` compressed."""
    return zlib.decompress(attribute["B"]).decode()


def instant(moment: datetime) -> str:
    """Return a time of the clock as ``2026-11-21T02:00:03.123Z``, which sorts in the order of time."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def expires_at(moment: datetime) -> dict[str, str]:
    """Return the TTL attribute of something that history keeps for 35 days."""
    return number(int((moment + HISTORY_KEPT).timestamp()))


def state_key(kind: str) -> str:
    """Return the partition that holds the states of one kind of check."""
    return f"STATE#{kind}"


def incident_key(incident: str) -> str:
    """Return the partition that holds the timeline of an incident."""
    return f"INCIDENT#{incident}"


def certificate_key(name: str) -> str:
    """Return the partition that holds the renewals of an endpoint's certificate."""
    return f"CERT#{name}"


def run_key(kind: str, moment: datetime) -> str:
    """Return the partition that holds a day's runs of one kind."""
    return f"RUN#{kind}#{moment.astimezone(UTC):%Y-%m-%d}"


def delivery_key(group: str) -> str:
    """Return the partition that holds the deliveries of one group."""
    return f"DELIVERY#{group}"
