"""The uptime function: wiring."""

import gc
import time
from datetime import UTC, datetime
from functools import cache
from os import environ
from typing import TYPE_CHECKING, Any

from caretaker.core.aws import client
from caretaker.core.config import Json, built_section
from caretaker.core.event import scheduled
from caretaker.core.looking.reporting import reported, too_late
from caretaker.core.secrets import AwsSecrets
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger
from functions.uptime.heartbeat import beating
from functions.uptime.outbox import measure_outbox
from functions.uptime.run import KIND, Tools, run
from functions.uptime.shares import Share
from functions.uptime.targets import Prepared

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_FOR_WRITING = 15.0  # seconds kept of the function's time for writing down what was seen


@logger.inject_lambda_context
def handler(event: object, context: "LambdaContext") -> dict[str, Any]:
    """Look at every target once, and write down what that changes. Safe to run twice with the same event."""
    asked = scheduled(event)
    at = asked.at
    if (ignored := too_late(at)) is not None:
        return ignored
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _FOR_WRITING
    tools = _tools(Share(asked.share, asked.of))
    with beating(_section()["heartbeat"] if asked.share == 0 else "", tools.read_secrets):
        try:
            return reported(tools.table, KIND, at, lambda: run(at, deadline, tools))
        finally:
            if asked.share == 0:
                measure_outbox(tools.table, tools.clock)


@cache
def _section() -> Json:
    return built_section(__file__, environ["CARETAKER_ENVIRONMENT"])


@cache
def _tools(share: Share) -> Tools:
    prepared = Prepared.of(_section(), share)
    gc.freeze()  # what is there by now stays: a run's collections need not go through it
    return Tools(
        table=Table(client("dynamodb"), environ["CARETAKER_TABLE"]),
        read_secrets=AwsSecrets(lambda: client("ssm"), lambda: client("secretsmanager")),
        prepared=prepared,
        share=share,
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        wait=time.sleep,
        runtime_api=environ.get("AWS_LAMBDA_RUNTIME_API", ""),
    )
