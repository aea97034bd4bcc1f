"""A token bucket for each channel: so many messages at once, and after that one every few minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from caretaker.core.results import moment
from caretaker.core.store.table import Conflict, Item, Table, instant, key, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, TransactWriteItemTypeDef

CAPACITY = 10  # messages that a channel takes at once
REFILL = timedelta(minutes=5)  # for one token
_BUCKET = "BUCKET"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Bucket:
    """The tokens that are left at a time."""

    tokens: float
    at: datetime

    def taken(self, now: datetime) -> "Bucket | None":
        """Return the bucket with one token less, None if there is none to take."""
        tokens = min(float(CAPACITY), self.tokens + max(0.0, (now - self.at) / REFILL))
        return Bucket(tokens - 1, max(now, self.at)) if tokens >= 1 else None

    def next_token(self) -> datetime:
        """Return when there is a token again."""
        return self.at + (1 - self.tokens) * REFILL


def take(table: Table, channel: str, now: datetime) -> datetime | None:
    """Take a channel's token; return None if there was one, else when there is the next.

    Where others keep taking at the same time, the message may go: a bucket must not cost an alarm.
    """
    for _ in range(_TRIES):
        found = table.get([(_BUCKET, channel)]).get((_BUCKET, channel))
        bucket = Bucket(float(found["tokens"]["N"]), moment(found["at"]["S"])) if found else Bucket(CAPACITY, now)
        left = bucket.taken(now)
        if left is None:
            return bucket.next_token()
        try:
            table.transact([_write(table, channel, left, found)])
        except Conflict:
            continue
        return None
    return None


def _write(table: Table, channel: str, bucket: Bucket, read: Item | None) -> "TransactWriteItemTypeDef":
    item = {**key(_BUCKET, channel), "tokens": {"N": f"{bucket.tokens:.6f}"}, "at": text(instant(bucket.at))}
    put: PutTypeDef = {"TableName": table.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
    if read:
        put["ConditionExpression"] = "tokens = :tokens AND #at = :at"
        put["ExpressionAttributeNames"] = {"#at": "at"}
        put["ExpressionAttributeValues"] = {":tokens": read["tokens"], ":at": read["at"]}
    return {"Put": put}
