"""The notify function: wiring."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from os import environ
from typing import TYPE_CHECKING, Any

from caretaker.core.aws import client
from caretaker.core.config import alerts_config, built_section
from caretaker.core.secrets import AwsSecrets
from caretaker.core.store.table import Table
from caretaker.core.telemetry import Metric, logger, measure
from functions.notify import delivery, outbox
from functions.notify.addresses import Addresses
from functions.notify.channels import channels
from functions.notify.delivery import Key
from functions.notify.ending import Counts
from functions.notify.event import NewItem, Sweep, work
from functions.notify.planning import Planner
from functions.notify.posting import Post
from functions.notify.reminders import remind_of_open_incidents
from functions.notify.rounds import Time, deliver_all
from functions.notify.runbooks import Runbooks
from functions.notify.sending import Sender

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
def handler(event: object, context: "LambdaContext") -> dict[str, Any]:
    """Plan and deliver what is new in the outbox, or sweep up what is left over. Safe to run twice at once."""
    asked = work(event)
    planner, sender = _tools()
    sender.counts.reset()
    timing = Time(_now, lambda: context.get_remaining_time_in_millis() / 1000, time.sleep)
    if isinstance(asked, Sweep):
        groups = outbox.due_groups(planner.table, _now())
        failures = _Planned(planner, [NewItem(group, "") for group in groups])
        keys = delivery.due(planner.table, _now())
    else:
        failures = _Planned(planner, asked)
        keys = []
    deliver_all(planner.table, sender, dict.fromkeys([*keys, *failures.new]), timing)
    _report(sender.counts)
    if isinstance(asked, Sweep):
        remind_of_open_incidents(planner.table, planner.config, asked.at, _now, time.sleep)
        if failures.error:
            raise failures.error
    return {
        "batchItemFailures": [{"itemIdentifier": item.sequence} for item in failures.items],
        "sent": sender.counts.sent,
        "failed": sender.counts.failed,
        "retried": sender.counts.retried,
    }


class _Planned:
    """The groups of some items planned one by one, so that one that fails keeps no other waiting."""

    def __init__(self, planner: Planner, items: Sequence[NewItem]) -> None:
        self.new: list[Key] = []
        self.items: list[NewItem] = []
        self.error: Exception | None = None
        failed: set[str] = set()
        for item in items:
            try:
                self.new += [] if item.group in failed else planner.plan(item.group)
            except Exception as error:  # noqa: BLE001 - it is reported for this item, and the others go on
                logger.exception("a group could not be planned", outbox=item.group)
                failed.add(item.group)
                self.error = error
            if item.group in failed:
                self.items.append(item)


def _report(counts: Counts) -> None:
    if counts.sent or counts.failed or counts.retried:
        figures = {"sent": counts.sent, "failed": counts.failed, "retried": counts.retried}
        logger.info(
            "messages delivered", event_type="run", metadata=figures | {"longest": round(counts.longest_seconds, 3)}
        )
    if counts.fallback_failed:
        measure(Metric.FALLBACK_FAILED, counts.fallback_failed)
        logger.error("the fallback does not take messages either", metadata={"messages": counts.fallback_failed})


@cache
def _tools() -> tuple[Planner, Sender]:
    config = alerts_config(built_section(__file__, environ["CARETAKER_ENVIRONMENT"]))
    table = Table(client("dynamodb"), environ["CARETAKER_TABLE"])
    topics = {"AlertTopic": environ["CARETAKER_ALERT_TOPIC"], "watchdog": environ["CARETAKER_WATCHDOG_TOPIC"]}
    secrets = AwsSecrets(lambda: client("ssm"), lambda: client("secretsmanager"))
    post = Post(config, channels(client("sns"), topics), Addresses(secrets, time.monotonic))
    return Planner(table, config, _now), Sender(
        table, config.fallback, post, _now, Runbooks(config.runbooks, config.own_runbooks)
    )


def _now() -> datetime:
    return datetime.now(UTC)
