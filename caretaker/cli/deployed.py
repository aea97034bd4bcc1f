"""What a command needs of a deployed stack: AWS, and what the stack is made of."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from caretaker.cli.stack import stack_name
from caretaker.core.store.table import NewerItem, Table
from caretaker.local.identity import OPERATOR_KEY, SECRET_KEY

if TYPE_CHECKING:
    from boto3 import Session

_REGION = "us-east-1"
_FUNCTION = "FunctionName"  # template.yaml has an output <Name>FunctionName for each function


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed stack: its name, its outputs, and how its account is reached."""

    name: str
    outputs: Mapping[str, str]
    session: "Session"
    endpoint: str | None

    def client(self, service: str, **options: Any) -> Any:  # each service's client has a class of its own
        """Return a client of a service."""
        return self.session.client(service, endpoint_url=self.endpoint, **options)  # type: ignore[call-overload]

    @property
    def functions(self) -> dict[str, str]:
        """The physical name of each function, by its own name: ``cert_check``."""
        return {
            _snake(name.removesuffix(_FUNCTION)): value
            for name, value in self.outputs.items()
            if name.endswith(_FUNCTION)
        }

    def function(self, name: str) -> str:
        """Return the physical name of a function; end the command if the stack has none of this name."""
        functions = self.functions
        if name not in functions:
            names = ", ".join(sorted(functions))
            raise click.UsageError(
                f"there is no function {name!r}; the stack has: {names} (deploy this version if one is missing)"
            )
        return functions[name]

    @property
    def table(self) -> Table:
        """The table."""
        return Table(self.client("dynamodb"), self.output("TableName"))

    def output(self, name: str) -> str:
        """Return one of the outputs; end the command if the stack is none of Caretaker."""
        if name not in self.outputs:
            raise click.UsageError(f"the stack {self.name} has no output {name}: is it one of Caretaker?")
        return self.outputs[name]


def deployed(stack: str | None, endpoint: str | None) -> Deployed:
    """Return a stack, by default samconfig.toml's."""
    local = is_local(endpoint)
    name = stack or stack_name(local)
    known = session(local)
    stacks = known.client("cloudformation", endpoint_url=endpoint).describe_stacks(StackName=name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
    return Deployed(name, outputs, known, endpoint)


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
    """Turn what AWS says against a call, or a table that is newer than the command, into a sentence and exit code 2."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as failure:
        raise click.UsageError(f"AWS says: {failure.response['Error'].get('Message', failure)}") from failure
    except NewerItem as newer:
        raise click.UsageError(str(newer)) from newer
    except BotoCoreError as failure:
        hint = "; is caretaker local running there?" if local else ""
        raise click.UsageError(f"{failure}{hint}") from failure


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
