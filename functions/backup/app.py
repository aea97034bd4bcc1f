"""The backup function: wiring."""

import time
from datetime import UTC, datetime
from functools import cache
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caretaker.archive.objects import Bucket, Encryption
from caretaker.core.aws import client
from caretaker.core.config import backup_config, built_section
from caretaker.core.event import EventError
from caretaker.core.looking.reporting import record_failure
from caretaker.core.results import Finding, Severity
from caretaker.core.secrets import AwsSecrets
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger
from functions.backup.dispatch import dispatch
from functions.backup.event import asked
from functions.backup.following import Following
from functions.backup.multipart import SETTINGS
from functions.backup.outcome import KIND
from functions.backup.run import BackupFailed, run
from functions.backup.tools import Tools

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_FOR_ENDING = 30.0  # seconds kept of the function's time, to stop cleanly and to say so


@logger.inject_lambda_context
def handler(event: object, context: "LambdaContext") -> dict[str, Any]:
    """Back up the database that the event names, or start a backup of each. Safe to run twice with the same event."""
    wanted = asked(event)
    tools = _tools()
    databases = [database["name"] for database in tools.config.databases]
    if not wanted.database:
        return {"started": dispatch(client("lambda"), context.function_name, wanted, databases)}
    following = Following(tools.table, wanted.request, tools.clock, tools.monotonic)
    if wanted.database not in databases:
        unknown = f"there is no database {wanted.database!r}; caretaker.yaml has: {', '.join(databases) or 'none'}"
        following.refused(unknown)
        raise EventError(unknown)
    ends = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _FOR_ENDING
    try:
        made = run(wanted, ends, tools)
    except BackupFailed:
        raise
    except Exception as failure:
        following.failed((_crash(failure),))
        record_failure(tools.table, KIND, wanted.at, failure)
        raise
    if made.manifest is None:
        logger.info("nothing was made", event_type="run", metadata={"reason": made.silent})
        return {"made": None, "reason": made.silent}
    size = sum(stored.bytes for stored in made.manifest.objects)
    figures = {"duration": made.manifest.seconds.total, "bytes": size}
    logger.info("backup made", event_type="run", metadata={"id": made.manifest.id.text, **figures})
    return {"made": made.manifest.id.text}


def _crash(failure: Exception) -> Finding:
    said = f"the function failed ({type(failure).__name__})"
    return Finding("dump-failed", Severity.CRITICAL, said, "See its log, and caretaker backups for what there is.")


@cache
def _tools() -> Tools:
    section = built_section(__file__, environ["CARETAKER_ENVIRONMENT"])
    return Tools(
        table=Table(client("dynamodb"), environ["CARETAKER_TABLE"]),
        bucket=Bucket(client("s3", SETTINGS), environ["CARETAKER_BUCKET"], Encryption(environ["CARETAKER_KMS_KEY"])),
        read_secrets=AwsSecrets(lambda: client("ssm"), lambda: client("secretsmanager")),
        config=backup_config(section),
        programs=Path(environ["CARETAKER_PROGRAMS"]),
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        wait=time.sleep,
    )
