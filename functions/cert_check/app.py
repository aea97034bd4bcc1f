"""The cert_check function: wiring."""

import time
from datetime import UTC, datetime
from functools import cache
from os import environ
from typing import TYPE_CHECKING, Any

from caretaker.core.aws import client
from caretaker.core.config import built_section, certificates_config
from caretaker.core.event import scheduled
from caretaker.core.looking.reporting import reported, too_late
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger
from functions.cert_check.run import KIND, Tools, run

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_FOR_WRITING = 15.0  # seconds kept of the function's time for writing down what was seen


@logger.inject_lambda_context
def handler(event: object, context: "LambdaContext") -> dict[str, Any]:
    """Look at every endpoint once, and write down what that changes. Safe to run twice with the same event."""
    at = scheduled(event).at
    if (ignored := too_late(at)) is not None:
        return ignored
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _FOR_WRITING
    tools = _tools()
    return reported(tools.table, KIND, at, lambda: run(at, deadline, tools))


@cache
def _tools() -> Tools:
    section = built_section(__file__, environ["CARETAKER_ENVIRONMENT"])
    return Tools(
        table=Table(client("dynamodb"), environ["CARETAKER_TABLE"]),
        config=certificates_config(section),
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        wait=time.sleep,
        runtime_api=environ.get("AWS_LAMBDA_RUNTIME_API", ""),
    )
