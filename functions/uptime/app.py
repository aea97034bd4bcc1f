"""The uptime function: wiring."""

import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.aws import client
from caretaker.core.event import scheduled
from caretaker.core.results import Result, Status
from caretaker.core.secrets import AwsSecrets
from caretaker.core.store import history
from caretaker.core.store.table import Table
from caretaker.core.telemetry import MetricUnit, logger, metrics
from functions.uptime.run import KIND, Ran, Tools, Unreadable, run
from functions.uptime.shares import Share
from functions.uptime.targets import Prepared

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OLDEST_EVENT = timedelta(seconds=240)  # what was to be seen then cannot be seen any more
_FOR_WRITING = 15.0  # seconds kept of the function's time for writing down what was seen
_LOGGED = 100  # lines a run may log about single checks


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: object, context: "LambdaContext") -> dict[str, Any]:
    """Look at every target once, and write down what that changes. Safe to run twice with the same event."""
    asked = scheduled(event)
    at = asked.at
    lateness = (datetime.now(UTC) - at).total_seconds()
    metrics.add_metric("Lateness", MetricUnit.Seconds, max(0.0, lateness))
    if lateness > OLDEST_EVENT.total_seconds():
        logger.warning("run ignored: its event is too old", metadata={"scheduled_at": at, "seconds_late": lateness})
        return {"ignored": f"the event is {lateness:.0f} s old"}
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _FOR_WRITING
    tools = _tools(Share(asked.share, asked.of))
    try:
        ran = run(at, deadline, tools)
    except Exception as failure:
        _record_failure(tools.table, at, failure)
        raise
    counted = _report(ran)
    if ran.unreadable:
        raise Unreadable(ran.unreadable)
    return counted | {"told": [f"{said.event} {said.check}" for said in ran.told]}


def _report(ran: Ran) -> dict[str, Any]:
    results, seconds = ran.results, ran.seconds
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


@cache
def _tools(share: Share) -> Tools:
    section = json.loads(Path(__file__).with_name("config.json").read_text("utf-8"))
    return Tools(
        table=Table(client("dynamodb"), environ["CARETAKER_TABLE"]),
        read_secrets=AwsSecrets(lambda: client("ssm"), lambda: client("secretsmanager")),
        prepared=Prepared.of(section, share),
        share=share,
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        wait=time.sleep,
        runtime_api=environ.get("AWS_LAMBDA_RUNTIME_API", ""),
    )
