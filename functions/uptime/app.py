"""The uptime function: wiring."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.event import scheduled
from caretaker.core.incidents.decide import Decision, decide, unwatch
from caretaker.core.incidents.notification import Notification
from caretaker.core.incidents.state import State
from caretaker.core.results import Result, Status
from caretaker.core.secrets import AwsSecrets
from caretaker.core.store import changes, history, states
from caretaker.core.store.table import Table
from caretaker.core.telemetry import MetricUnit, logger, metrics
from functions.uptime.conditions import Conditions
from functions.uptime.looking import look
from functions.uptime.targets import Watched, watched
from functions.uptime.verdicts import decisions, unwatched
from functions.uptime.watch import Pace, watch

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

KIND = "uptime"
OLDEST_EVENT = timedelta(seconds=240)  # what was to be seen then cannot be seen any more
_FOR_WRITING = 15.0  # seconds kept of the function's time for writing down what was seen
_LOGGED = 100  # lines a run may log about single checks
_AWS = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=5)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with: the table, the reader of secrets, and the times."""

    table: Table
    read_secrets: AwsSecrets
    section: Mapping[str, Any]


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: object, context: "LambdaContext") -> dict[str, Any]:
    """Look at every target once, and write down what that changes. Safe to run twice with the same event."""
    at = scheduled(event).at
    lateness = (datetime.now(UTC) - at).total_seconds()
    metrics.add_metric("Lateness", MetricUnit.Seconds, max(0.0, lateness))
    if lateness > OLDEST_EVENT.total_seconds():
        logger.warning("run ignored: its event is too old", metadata={"scheduled_at": at, "seconds_late": lateness})
        return {"ignored": f"the event is {lateness:.0f} s old"}
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _FOR_WRITING
    tools = _tools()
    try:
        return _run(at, deadline, tools)
    except Exception as failure:
        _record_failure(tools.table, at, failure)
        raise


def _run(at: datetime, deadline: float, tools: Tools) -> dict[str, Any]:
    started = time.monotonic()
    known = states.load(tools.table, KIND)
    to_watch = watched(tools.section, tools.read_secrets)
    results = [*_look(to_watch, known, at, deadline), *to_watch.not_looked_at(at)]
    try:
        told = _decide(tools.table, to_watch, known, results, at)
    finally:
        history.record(tools.table, KIND, at, results)
    counted = _report(results, time.monotonic() - started)
    if to_watch.unreadable:
        raise SecretsUnreadable(to_watch.unreadable)
    return counted | {"told": [f"{said.event} {said.check}" for said in told]}


def _look(to_watch: Watched, known: Mapping[str, State], at: datetime, deadline: float) -> list[Result]:
    conditions = Conditions(
        observed_at=at,
        deadline=deadline,
        monotonic=time.monotonic,
        redactor=to_watch.redactor,
        runtime_api=environ.get("AWS_LAMBDA_RUNTIME_API", ""),
    )
    pace = Pace(deadline, time.monotonic, time.sleep)
    return list(watch(to_watch.targets, known, lambda targets: look(targets, conditions), pace))


def _decide(
    table: Table, to_watch: Watched, known: Mapping[str, State], results: Sequence[Result], at: datetime
) -> list[Notification]:
    policies = {target.check: target.policy for target in to_watch.targets}
    seen = {result.check: result for result in results}

    def decide_again(state: State) -> Decision:
        if state.check in policies:
            return decide(state, seen[state.check], policies[state.check])
        return unwatch(state, at)

    run = changes.Run(to_watch.environment, KIND, at, lambda: datetime.now(UTC), time.sleep)
    decided = decisions(results, known, policies, lambda: _last_good(table, at))
    return changes.commit(table, run, [*decided, *unwatched(known, to_watch.checks, at)], decide_again)


def _last_good(table: Table, at: datetime) -> dict[str, datetime]:
    try:
        return history.last_good(table, KIND, at)
    except (BotoCoreError, ClientError) as failure:
        # The last good time is a courtesy of the message: an alarm must not wait for it.
        logger.warning("the last good times could not be read", metadata={"error": type(failure).__name__})
        return {}


def _report(results: Sequence[Result], seconds: float) -> dict[str, Any]:
    statuses = Counter(result.status for result in results)
    metrics.add_metric("Checks", MetricUnit.Count, len(results))
    metrics.add_metric("ChecksFailed", MetricUnit.Count, statuses[Status.DOWN] + statuses[Status.DEGRADED])
    metrics.add_metric("ChecksUnknown", MetricUnit.Count, statuses[Status.UNKNOWN])
    metrics.add_metric("Duration", MetricUnit.Seconds, seconds)
    bad = [result for result in results if result.status is not Status.OK or result.blip]
    for result in bad[:_LOGGED]:
        logger.info(
            result.summary,
            event_type="check",
            check=result.check,
            metadata={
                "status": result.status,
                "codes": [finding.code for finding in (*result.findings, *result.blip)],
                "blip": bool(result.blip),
                "duration": result.measurements.get("seconds"),
            },
        )
    counted = {str(status): statuses[status] for status in Status}
    logger.info(
        "run finished",
        event_type="run",
        metadata=counted | {"duration": round(seconds, 3), "logged": len(bad[:_LOGGED])},
    )
    return {"looked": len(results)} | counted


def _record_failure(table: Table, at: datetime, failure: Exception) -> None:
    logger.exception("run failed", event_type="run")
    summary = f"the run of {KIND} failed: {type(failure).__name__}"
    try:
        history.record(table, "checker", at, [Result(f"checker/{KIND}", Status.UNKNOWN, None, summary, observed_at=at)])
    except (BotoCoreError, ClientError):
        logger.exception("the failure could not be recorded either")


class SecretsUnreadable(Exception):
    """Some targets could not be looked at for want of their secrets; the message names them."""

    def __init__(self, unreadable: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{check}: {reason}" for check, reason in sorted(unreadable.items())))


@cache
def _tools() -> Tools:
    section = json.loads(Path(__file__).with_name("config.json").read_text("utf-8"))
    return Tools(
        table=Table(boto3.client("dynamodb", config=_AWS), environ["CARETAKER_TABLE"]),
        read_secrets=AwsSecrets(boto3.client("ssm", config=_AWS), lambda: boto3.client("secretsmanager", config=_AWS)),
        section=section,
    )
