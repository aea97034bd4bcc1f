"""What a command needs of a deployed stack: AWS, and the stack's table."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from caretaker.cli.stack import stack_name
from caretaker.core.store.table import Table
from caretaker.local.identity import OPERATOR_KEY, SECRET_KEY

if TYPE_CHECKING:
    from boto3 import Session

_REGION = "us-east-1"
_OUTPUT = "TableName"


def is_local(endpoint: str | None) -> bool:
    """Whether AWS is the local one."""
    return urlsplit(endpoint or "").hostname in ("127.0.0.1", "localhost")


def session(local: bool) -> "Session":
    """Return a session of boto3; the local AWS lets everybody in."""
    import boto3

    if local and not os.environ.get("AWS_ACCESS_KEY_ID"):
        return boto3.Session(aws_access_key_id=OPERATOR_KEY, aws_secret_access_key=SECRET_KEY, region_name=_REGION)
    return boto3.Session(region_name=os.environ.get("AWS_REGION"))


@contextmanager
def told_in_words(local: bool) -> Iterator[None]:
    """Turn what AWS says against a call into a sentence and exit code 2."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as failure:
        raise click.UsageError(f"AWS says: {failure.response['Error'].get('Message', failure)}") from failure
    except BotoCoreError as failure:
        hint = "; is caretaker local running there?" if local else ""
        raise click.UsageError(f"{failure}{hint}") from failure


def table_of(stack: str | None, endpoint: str | None) -> Table:
    """Return the table of a stack, by default samconfig.toml's."""
    local = is_local(endpoint)
    name = stack or stack_name(local)
    known = session(local)
    stacks = known.client("cloudformation", endpoint_url=endpoint).describe_stacks(StackName=name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
    if _OUTPUT not in outputs:
        raise click.UsageError(f"the stack {name} has no table: is it one of Caretaker?")
    return Table(known.client("dynamodb", endpoint_url=endpoint), outputs[_OUTPUT])
