"""The verify function: wiring."""

import time
from datetime import UTC, datetime
from functools import cache
from os import environ
from typing import TYPE_CHECKING, Any

from caretaker.archive.objects import Bucket
from caretaker.core.aws import client
from caretaker.core.config import built_section, promises_config
from caretaker.core.event import scheduled
from caretaker.core.looking.reporting import reported, too_late
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger
from functions.verify.run import KIND, Tools, run

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
def handler(event: object, context: "LambdaContext") -> dict[str, Any]:
    """Judge every database's newest backup. Safe to run twice with the same event."""
    at = scheduled(event).at
    if (ignored := too_late(at)) is not None:
        return ignored
    tools = _tools()
    return reported(tools.table, KIND, at, lambda: run(at, tools))


@cache
def _tools() -> Tools:
    section = built_section(__file__, environ["CARETAKER_ENVIRONMENT"])
    return Tools(
        table=Table(client("dynamodb"), environ["CARETAKER_TABLE"]),
        bucket=Bucket(client("s3"), environ["CARETAKER_BUCKET"]),
        config=promises_config(section),
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        wait=time.sleep,
    )
