"""What a function is asked for by hand: it is started, and followed to its end."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import click

from caretaker.cli.deployed import Deployed
from caretaker.core.printable import printable
from caretaker.core.results import timestamp
from caretaker.core.store import requests
from caretaker.core.store.table import Table

_BETWEEN_LOOKS = 1.0  # seconds
_TO_BEGIN = 120.0  # seconds: a function that has not begun by then was not started at all
_LONGEST = 960.0  # seconds: as long as Lambda lets a function run, and one minute


def start(known: Deployed, function: str, asked: Mapping[str, Any]) -> str:
    """Start a function with what is asked of it, scheduled for now; return the name of the request."""
    request = str(uuid.uuid4())
    event = {"scheduled_at": timestamp(datetime.now(UTC)), **asked, "request": request}
    name = known.function(function)
    known.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event).encode())
    return request


def followed(
    table: Table,
    function: str,
    request: str,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], object] = time.sleep,
) -> Iterator[requests.Progress]:
    """Yield how far the request is, the end of it last; end the command if it is refused, or not heard of any more."""
    began = clock()
    while True:
        progress = requests.look_up(table, request)
        waited = clock() - began
        if progress:
            if refused := progress.details.get("refused"):
                raise click.UsageError(printable(str(refused)))
            yield progress
            if progress.stage != "running":
                return
        if (progress is None and waited > _TO_BEGIN) or waited > _LONGEST:
            raise click.ClickException(
                f"nothing is heard of request {request} any more: see {function}'s log, and caretaker backups"
            )
        wait(_BETWEEN_LOOKS)
