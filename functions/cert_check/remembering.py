"""The memories of endpoints, as they are kept in the table: one item for each, and an entry for each renewal."""

import json
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from caretaker.core.results import timestamp
from caretaker.core.store.table import (
    SCHEMA,
    Conflict,
    Item,
    Table,
    certificate_key,
    expires_at,
    number,
    packed,
    text,
    unpacked,
)
from caretaker.core.telemetry import logger
from functions.cert_check.certificate import UnreadableCertificate
from functions.cert_check.known import Memory
from functions.cert_check.rules.renewals import renewed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

KEY = "CERT"
_DAMAGE = (AttributeError, KeyError, TypeError, ValueError, UnreadableCertificate, zlib.error)


def load(table: Table) -> dict[str, Memory]:
    """Return what is remembered, by the name of the check; what cannot be read is looked at as if it were new."""
    memories = {}
    for item in table.query(KEY):
        check = f"cert/{item['sk']['S']}"
        try:
            if int(item["schema"]["N"]) <= SCHEMA:
                memories[check] = Memory.from_json(json.loads(unpacked(item["memory"])))
        except _DAMAGE as damage:
            logger.warning("a memory cannot be read", check=check, metadata={"error": type(damage).__name__})
    return memories


def save(table: Table, learned: Mapping[str, Memory], at: datetime) -> None:
    """Write memories down, those of a later run left alone, and the renewals that were seen in this one."""
    for check, memory in sorted(learned.items()):
        items = [_item(check, memory, at), *_renewal(check, memory, at)]
        first, *others = (_put(table, item) for item in items)
        first["Put"]["ConditionExpression"] = "attribute_not_exists(pk) OR #at < :at"
        first["Put"]["ExpressionAttributeNames"] = {"#at": "at"}
        first["Put"]["ExpressionAttributeValues"] = {":at": text(timestamp(at))}
        try:
            table.transact([first, *others])
        except Conflict:
            continue  # this run or a later one has written it already


def _item(check: str, memory: Memory, at: datetime) -> Item:
    return {
        "pk": text(KEY),
        "sk": text(check.partition("/")[2]),
        "schema": number(SCHEMA),
        "at": text(timestamp(at)),
        "memory": packed(json.dumps(memory.to_json(), separators=(",", ":"))),
        # Every full look writes it anew: what nobody has looked at for so long has left the configuration.
        "expires_at": expires_at(at),
    }


def _renewal(check: str, memory: Memory, at: datetime) -> Iterator[Item]:
    """Yield the entry of a renewal that this run has seen."""
    present, before = memory.present, memory.before
    if present and before and renewed(memory, at):
        facts = {"event": "renewed", "old": before.to_json(), "new": present.to_json()}
        yield {
            "pk": text(certificate_key(check.partition("/")[2])),
            "sk": text(f"{timestamp(at)}#renewed"),
            "schema": number(SCHEMA),
            "entry": text(json.dumps(facts, separators=(",", ":"))),
        }


def _put(table: Table, item: Item) -> "TransactWriteItemTypeDef":
    return {"Put": {"TableName": table.name, "Item": item}}
