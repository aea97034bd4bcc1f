"""Sharing a run out: an invocation for each of its parts, so that none can take another one's time or fail it."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class NotStarted(Exception):
    """Some parts of a run could not be started; the message names them, and why."""


def start_each(
    client: "LambdaClient", function: str, what: str, parts: Iterable[tuple[str, Mapping[str, Any]]]
) -> list[str]:
    """Start the function for each part, a name and its event; return the names, or raise ``NotStarted`` at the end."""
    started, failures = [], []
    for name, event in parts:
        try:
            client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode())
            started.append(name)
        except (BotoCoreError, ClientError) as error:
            failures.append(f"{name} ({_reason(error)})")
    if failures:
        raise NotStarted(f"these {what} could not be started: {', '.join(failures)}")
    return started


def _reason(error: BotoCoreError | ClientError) -> str:
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else ""
    return code or type(error).__name__
