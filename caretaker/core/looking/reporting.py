"""What a run says of itself: to the logs, to the metrics, and to whoever invoked it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.incidents.notification import Notification
from caretaker.core.results import Result, Status
from caretaker.core.store import history
from caretaker.core.store.table import Table
from caretaker.core.telemetry import Metric, logger, measure

OLDEST_EVENT = timedelta(seconds=240)  # what was to be seen then cannot be seen any more
_LOGGED = 100  # lines a run may log about single checks


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to. ``unreadable`` says of checks why they could not be looked at or judged."""

    results: list[Result]
    told: list[Notification]
    unreadable: Mapping[str, str]
    seconds: float


class Unreadable(Exception):
    """Some targets could not be looked at or judged for want of their secrets or states; the message names them."""

    def __init__(self, unreadable: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{check}: {reason}" for check, reason in sorted(unreadable.items())))


def too_late(at: datetime) -> dict[str, Any] | None:
    """Return the answer to an event that is too old to be acted upon, None for one that is not."""
    lateness = (datetime.now(UTC) - at).total_seconds()
    if lateness <= OLDEST_EVENT.total_seconds():
        return None
    logger.warning("run ignored: its event is too old", metadata={"scheduled_at": at, "seconds_late": lateness})
    return {"ignored": f"the event is {lateness:.0f} s old"}


def report(ran: Ran) -> dict[str, Any]:
    """Log and count a run, and return the function's answer; raise ``Unreadable`` if a part could not be done."""
    results, seconds = ran.results, ran.seconds
    statuses = Counter(result.status for result in results)
    if failed := statuses[Status.DOWN] + statuses[Status.DEGRADED]:
        measure(Metric.CHECKS_FAILED, failed)
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
    figures = {"duration": round(seconds, 3), "logged": len(bad[:_LOGGED])} | _latency(results)
    logger.info("run finished", event_type="run", metadata=counted | figures)
    if ran.unreadable:
        raise Unreadable(ran.unreadable)
    told = [f"{said.event} {said.check}" for said in ran.told]
    return {"looked": len(results)} | counted | {"told": told}


def _latency(results: Iterable[Result]) -> dict[str, float]:
    """Return the median and the greatest of how many seconds the looks took, nothing where none took any."""
    taken = sorted(float(result.measurements["seconds"]) for result in results if "seconds" in result.measurements)
    return {"median": round(taken[len(taken) // 2], 3), "slowest": round(taken[-1], 3)} if taken else {}


def reported(table: Table, kind: str, at: datetime, run: Callable[[], Ran]) -> dict[str, Any]:
    """Carry a run out, and return the function's answer; what makes it fail is written down and raised."""
    try:
        ran = run()
    except Exception as failure:  # whatever it was: the history shall know, and Lambda be told
        record_failure(table, kind, at, failure)
        raise
    return report(ran)


def record_failure(table: Table, kind: str, at: datetime, failure: Exception) -> None:
    """Write into the history that a run failed, if that is possible."""
    logger.exception("run failed", event_type="run")
    summary = f"the run of {kind} failed: {type(failure).__name__}"
    try:
        history.record(table, "checker", at, [Result(f"checker/{kind}", Status.UNKNOWN, None, summary, observed_at=at)])
    except (BotoCoreError, ClientError):
        logger.exception("the failure could not be recorded either")
