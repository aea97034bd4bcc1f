"""The cleanup function: wiring."""

import time
from datetime import UTC, datetime
from functools import cache
from os import environ
from typing import TYPE_CHECKING, Any

from caretaker.archive.objects import Bucket
from caretaker.core.aws import client
from caretaker.core.config import built_section, cleanup_config
from caretaker.core.looking.reporting import record_failure, report
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger
from functions.cleanup.event import asked
from functions.cleanup.forgetting import forget
from functions.cleanup.log_groups import limit_again
from functions.cleanup.run import KIND, Tools, planned, run

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
def handler(event: object, context: "LambdaContext") -> dict[str, Any]:
    """Let old backups go and clear up, or say what would go. Safe to run twice with the same event, and two at once."""
    wanted, tools = asked(event), _tools()
    if wanted.plan:
        return planned(wanted, tools).to_json()
    try:
        cleaned = run(wanted, context.get_remaining_time_in_millis() / 1000, tools)
    except Exception as failure:
        record_failure(tools.table, KIND, wanted.at, failure)
        raise
    if cleaned.ran is None:
        logger.info("nothing was done", event_type="run", metadata={"reason": cleaned.busy})
        return {"busy": cleaned.busy}
    figures = {"backups_expired": len(cleaned.cleared.backups), "bytes_freed": cleaned.cleared.objects.bytes}
    logger.info("cleaned up", event_type="run", metadata=figures)
    answer = report(cleaned.ran)
    result = cleaned.ran.results[0].to_json()
    return answer | {"result": result} | (cleaned.answer.to_json() if cleaned.answer else {})


@cache
def _tools() -> Tools:
    section = built_section(__file__, environ["CARETAKER_ENVIRONMENT"])
    groups, days = environ["CARETAKER_LOG_GROUPS"].split(","), int(environ["CARETAKER_LOG_DAYS"])
    table = Table(client("dynamodb"), environ["CARETAKER_TABLE"])
    return Tools(
        table=table,
        bucket=Bucket(client("s3"), environ["CARETAKER_BUCKET"]),
        config=cleanup_config(section),
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        wait=time.sleep,
        housekeeping={
            "log groups": lambda: limit_again(client("logs"), groups, days),
            "history": lambda: forget(table, datetime.now(UTC)),
        },
    )
