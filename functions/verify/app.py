"""The verify function: wiring."""

import shutil
import time
from datetime import UTC, datetime
from functools import cache
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caretaker.archive.entries import entries
from caretaker.archive.objects import Bucket, Encryption
from caretaker.core.aws import client
from caretaker.core.config import built_section, promises_config
from caretaker.core.event import EventError
from caretaker.core.looking.reporting import record_failure, reported, too_late
from caretaker.core.secrets import AwsSecrets
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger
from functions.verify.dispatch import dispatch, undrilled
from functions.verify.drilling import NothingToDrill, Place, hold, refused
from functions.verify.event import Drills, Freshness, OneDrill, asked
from functions.verify.privacy import hide_own_environment
from functions.verify.run import DRILLS, KIND, Tools, run

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_FOR_ENDING = 30.0  # seconds kept of the function's time, to stop cleanly and to say so
_FOLDER = Path("/tmp")  # noqa: S108 - in Lambda the only one that can be written to


@logger.inject_lambda_context
def handler(event: object, context: "LambdaContext") -> dict[str, Any]:
    """Judge every database's backups, start drills, or hold one. Safe to run twice with the same event."""
    wanted = asked(event)
    tools = _tools()
    match wanted:
        case Freshness(at=at):
            if (ignored := too_late(at)) is not None:
                return ignored
            return reported(tools.table, KIND, at, lambda: run(at, tools))
        case Drills(at=at):
            databases = [promise.name for promise in tools.config.databases]
            waiting = undrilled(entries(tools.bucket).entries, databases)
            return {"started": dispatch(client("lambda"), context.function_name, at, waiting)}
        case OneDrill():
            ends = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _FOR_ENDING
            return _drilled(wanted, ends, context, tools)


def _drilled(wanted: OneDrill, ends: float, context: "LambdaContext", tools: Tools) -> dict[str, Any]:
    hide_own_environment()
    programs, memory = Path(environ["CARETAKER_PROGRAMS"]), int(context.memory_limit_in_mb) * 1_000_000
    place = Place(programs, _FOLDER, memory, lambda: shutil.disk_usage(_FOLDER).free)
    try:
        held = hold(wanted, ends, place, tools)
    except NothingToDrill as nothing:
        refused(wanted, str(nothing), tools)
        raise EventError(str(nothing)) from None
    except Exception as failure:
        refused(wanted, f"the drill did not come to its end ({type(failure).__name__}): see the log of verify", tools)
        record_failure(tools.table, DRILLS, wanted.at, failure)
        raise
    if held.proof is None:
        logger.info("no drill was held", event_type="run", metadata={"reason": held.silent})
        return {"drilled": None, "reason": held.silent}
    proof = held.proof
    took = round((proof.finished_at - proof.began_at).total_seconds(), 3)
    figures = {"id": proof.backup.text, "reached": proof.reached, "duration": took}
    logger.info("drill held", event_type="run", metadata=figures)
    return {"drilled": proof.backup.text, "reached": proof.reached, "noted": [noted.code for noted in proof.noted]}


@cache
def _tools() -> Tools:
    section = built_section(__file__, environ["CARETAKER_ENVIRONMENT"])
    return Tools(
        table=Table(client("dynamodb"), environ["CARETAKER_TABLE"]),
        bucket=Bucket(client("s3"), environ["CARETAKER_BUCKET"], Encryption(environ["CARETAKER_KMS_KEY"])),
        config=promises_config(section),
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        wait=time.sleep,
        read_secrets=AwsSecrets(lambda: client("ssm"), lambda: client("secretsmanager")),
    )
