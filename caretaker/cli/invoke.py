"""``caretaker invoke``: one function, now."""

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

import click

from caretaker.cli.deployed import Deployed, deployed, is_local, told_in_words

_LONGEST = 900  # seconds that Lambda lets a function run


@click.command()
@click.argument("function")
@click.option("--event", default=None, metavar="JSON", help="The event, or - to read it from standard input.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
def invoke(function: str, event: str | None, endpoint_url: str | None, stack: str | None) -> None:
    """Run FUNCTION (uptime, cert_check, backup, …) now and print its answer.

    Without --event it is told that it was scheduled for now. Exits with 1 when the function failed.
    """
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    payload = _event(event)
    with told_in_words(is_local(endpoint)):
        known = deployed(stack, endpoint)
        answer, failed = run_now(known, function, payload)
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    if failed:
        click.echo(f"{function} failed", err=True)
        sys.exit(1)


def _event(text: str | None) -> bytes:
    if text is None:
        return json.dumps({"scheduled_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}).encode()
    text = sys.stdin.read() if text == "-" else text
    try:
        return json.dumps(json.loads(text)).encode()
    except ValueError as error:
        raise click.UsageError(f"the event is not JSON: {error}") from error


def run_now(known: Deployed, function: str, event: bytes) -> tuple[Any, bool]:
    """Run a function; return what it answered, and whether it failed."""
    from botocore.config import Config

    name = known.function(function)
    # A repeated call would run the function a second time.
    config = Config(read_timeout=_LONGEST, retries={"total_max_attempts": 1})
    reply = known.client("lambda", config=config).invoke(FunctionName=name, Payload=event)
    payload: Any = json.loads(reply["Payload"].read() or b"null")
    return payload, "FunctionError" in reply
