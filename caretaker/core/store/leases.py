"""Leases: one at a time may do a thing, for so long, and a lease that was never given back says that its holder died.

* Two must never hold a lease at the same time.
* Whoever is killed must be noticed: a lease that has run out is still there.
"""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.results import moment, timestamp
from caretaker.core.store.table import SCHEMA, Item, Table, is_condition_failure, key, number, refuse_newer, text

_PREFIX = "LEASE#"


class Taken(Exception):
    """Somebody holds the lease. ``holder`` says who, ``until`` for how long at most."""

    def __init__(self, holder: str, until: datetime) -> None:
        super().__init__(f"{holder} holds it until {timestamp(until)}")
        self.holder = holder
        self.until = until


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease. ``token`` is the holder's alone; ``abandoned`` is the one before, if it was never given back."""

    name: str
    holder: str
    token: str
    until: datetime
    abandoned: "Lease | None" = None


def take(table: Table, name: str, holder: str, *, now: datetime, until: datetime) -> Lease:
    """Take a lease for a time; raise ``Taken`` if somebody has it, the same holder included.

    ``name`` is what it is for, ``backup/main``; ``holder`` is who asks, in words that a message may show.
    """
    before = _held(table, name)
    lease = Lease(name, holder, secrets.token_hex(8), until, before)
    try:
        table.client.put_item(
            TableName=table.name,
            Item={
                **key(_pk(name), "-"),
                "schema": number(SCHEMA),
                "holder": text(holder),
                "token": text(lease.token),
                "until": text(timestamp(until)),
            },
            # Without a condition on what was read, two could take what has run out.
            ConditionExpression="attribute_not_exists(pk) OR (#token = :read AND #until < :now)",
            ExpressionAttributeNames={"#token": "token", "#until": "until"},
            ExpressionAttributeValues={":read": text(before.token if before else "-"), ":now": text(timestamp(now))},
        )
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and is_condition_failure(error):
            return _taken_by(table, lease)
        # It may be ours although no answer came: left behind, it would stand for a holder that was killed.
        with suppress(BotoCoreError, ClientError):
            give_back(table, lease)
        raise
    return lease


def give_back(table: Table, lease: Lease) -> None:
    """Give a lease back; nothing happens if somebody else has it by now."""
    try:
        table.client.delete_item(
            TableName=table.name,
            Key=key(_pk(lease.name), "-"),
            ConditionExpression="#token = :mine",
            ExpressionAttributeNames={"#token": "token"},
            ExpressionAttributeValues={":mine": text(lease.token)},
        )
    except ClientError as error:
        if not is_condition_failure(error):
            raise


def holder(table: Table, name: str, now: datetime) -> Lease | None:
    """Return the lease that somebody holds now, None if it is free."""
    held = _held(table, name)
    return held if held and held.until >= now else None


def abandoned(table: Table, names: Iterable[str], now: datetime) -> list[Lease]:
    """Return those of the leases that have run out and were never given back."""
    items = table.get((_pk(name), "-") for name in names)
    left = [_read(pk.removeprefix(_PREFIX), item) for (pk, _), item in items.items()]
    return sorted((lease for lease in left if lease.until < now), key=lambda lease: lease.name)


def _taken_by(table: Table, mine: Lease) -> Lease:
    """Raise ``Taken``; return the lease if it was mine after all, and only the answer was lost."""
    held = _held(table, mine.name)
    if held is None:
        raise Taken("somebody", mine.until)
    if held.token == mine.token:
        return mine
    raise Taken(held.holder, held.until)


def _held(table: Table, name: str) -> Lease | None:
    item = table.get([(_pk(name), "-")]).get((_pk(name), "-"))
    return _read(name, item) if item else None


def _read(name: str, item: Item) -> Lease:
    refuse_newer(item, f"the lease of {name}")
    return Lease(name, item["holder"]["S"], item["token"]["S"], moment(item["until"]["S"]))


def _pk(name: str) -> str:
    return f"{_PREFIX}{name}"
