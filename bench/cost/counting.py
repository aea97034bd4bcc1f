"""Counts what one run of a function uses, from the calls that the local AWS has seen and the lines it has printed."""

import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from bench.cost.stage import Stage, fill_with_backups
from caretaker.cost.measured import DRILL, Sample, Use
from caretaker.local.aws import LocalAws
from caretaker.local.endpoint.records import Call
from caretaker.local.functions.logs import Line

_TIMES = 3
_KEPT_WRITES = ("dynamodb:PutItem", "dynamodb:TransactWriteItems")
_PUTS = ("PutObject", "ListBucket", "ListBucketMultipartUploads")


def count(staged: Stage, database_bytes: float) -> dict[str, Sample]:
    """Return a sample of every function of the stack, each warm and with nothing to tell, and one of a drill."""
    aws, now = staged.aws, datetime.now(UTC).replace(microsecond=0)
    backup, drill = _backup_and_drill(aws, now)
    found = {"backup": Sample(database_bytes, backup), DRILL: Sample(database_bytes, drill)}
    fill_with_backups(aws, 29, now)
    sizes = {"uptime": staged.targets, "cert_check": staged.certificates}
    for name in aws.description["environments"]:
        if name not in found:
            found[name] = Sample(float(sizes.get(name, 1)), _scheduled(aws, name, now))
    return found


def _scheduled(aws: LocalAws, function: str, now: datetime) -> Use:
    taken = []
    for number in range(_TIMES + 1):  # the first is cold, and writes what is new
        at = now + timedelta(minutes=5 * number)
        event = {"scheduled_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"} | ({"sweep": True} if function == "notify" else {})
        aws.forget()
        began = time.monotonic()
        answer = aws.invoke(function, event)
        taken.append(time.monotonic() - began)
        if answer.failed:
            raise RuntimeError(f"{function} failed: {answer.error}")
        aws.drain()
    return _use(aws, function, median(taken[1:]))


def _backup_and_drill(aws: LocalAws, now: datetime) -> tuple[Use, Use]:
    """Make a backup, whose manifest starts its drill."""
    for number in range(2):
        aws.forget()
        aws.invoke("backup", {"scheduled_at": f"{now + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"})
        aws.drain(300)
    made, held = _said(aws, "backup", "backup made"), _said(aws, "verify", "drill held")
    if held["reached"] != "equal":
        raise RuntimeError(f"the drill came no further than {held['reached']}")
    return _use(aws, "backup", made["duration"], stored=made["bytes"]), _use(aws, "verify", held["duration"])


def _said(aws: LocalAws, function: str, message: str) -> dict[str, Any]:
    """Return the figures that a function has logged with a message."""
    lines = [line for line in aws.logs(function) if isinstance(line, dict) and line.get("message") == message]
    if len(lines) != 1:
        raise RuntimeError(f"{function} said {len(lines)} times {message!r}: {aws.logs(function)[-5:]}")
    figures: dict[str, Any] = lines[0]["metadata"]
    return figures


def _use(aws: LocalAws, function: str, seconds: float, stored: float = 0) -> Use:
    calls = [call for call in aws.calls if call.function == function]
    return Use(
        seconds=round(seconds, 3),
        reads=sum(call.reads for call in calls),
        writes=sum(call.writes for call in calls),
        puts=_number(calls, lambda call: call.service == "s3" and call.action in _PUTS),
        gets=_number(calls, lambda call: call.service == "s3" and call.action == "GetObject"),
        decrypted=_number(calls, lambda call: call.service in ("ssm", "secretsmanager")),
        kept=sum(call.sent for call in calls if f"{call.service}:{call.action}" in _KEPT_WRITES),
        logged=sum(_length(line) for line in aws.logs(function)),
        stored=stored,
    )


def _number(calls: Iterable[Call], fits: Callable[[Call], bool]) -> int:
    return sum(map(fits, calls))


def _length(line: Line) -> int:
    return len((line if isinstance(line, str) else json.dumps(line)).encode()) + 1
