"""``caretaker invoke``: one function, now."""

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from caretaker.cli.deployed import is_local, session, told_in_words
from caretaker.cli.stack import stack_name

if TYPE_CHECKING:
    from boto3 import Session

_LONGEST = 900  # seconds that Lambda lets a function run
_OUTPUT = "FunctionName"  # template.yaml has an output <Name>FunctionName for each function


@click.command()
@click.argument("function")
@click.option("--event", default=None, metavar="JSON", help="The event, or - to read it from standard input.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
def invoke(function: str, event: str | None, endpoint_url: str | None, stack: str | None) -> None:
    """Run FUNCTION (uptime, notify) now and print its answer.

    Without --event it is told that it was scheduled for now. Exits with 1 when the function failed.
    """
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    payload = _event(event)
    local = is_local(endpoint)
    aws = session(local)
    with told_in_words(local):
        functions = _functions(aws, endpoint, stack or stack_name(local))
        if function not in functions:
            known = ", ".join(sorted(functions))
            raise click.UsageError(f"there is no function {function!r}; the stack has: {known}")
        answer, error = _run(aws, endpoint, functions[function], payload)
    click.echo(answer)
    if error:
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


def _functions(aws: "Session", endpoint: str | None, stack: str) -> Mapping[str, str]:
    """Return the physical name of each function of the stack, by its own name."""
    stacks = aws.client("cloudformation", endpoint_url=endpoint).describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
    return {name.removesuffix(_OUTPUT).lower(): value for name, value in outputs.items() if name.endswith(_OUTPUT)}


def _run(aws: "Session", endpoint: str | None, name: str, event: bytes) -> tuple[str, bool]:
    from botocore.config import Config

    # A repeated call would run the function a second time.
    config = Config(read_timeout=_LONGEST, retries={"total_max_attempts": 1})
    reply = aws.client("lambda", endpoint_url=endpoint, config=config).invoke(FunctionName=name, Payload=event)
    payload: Any = json.loads(reply["Payload"].read() or b"null")
    return json.dumps(payload, indent=2, ensure_ascii=False), "FunctionError" in reply
