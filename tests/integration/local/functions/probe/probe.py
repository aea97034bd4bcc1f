"""A function that does what its event asks for."""

import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Event = dict[str, Any]


def handler(event: Event, context: Any) -> Any:
    return COMMANDS[event.get("do", "echo")](event, context)


def fail(event: Event, context: Any) -> Any:
    raise ValueError(event["because"])


def leave(event: Event, context: Any) -> Any:
    os._exit(event["code"])


def sleep(event: Event, context: Any) -> Any:
    if event.get("child"):
        child = subprocess.Popen(["sleep", "600"])
        Path(event["child"]).write_text(str(child.pid))
    time.sleep(event["seconds"])
    return os.getpid()


def fill(event: Event, context: Any) -> Any:
    held = bytearray(event["megabytes"] * 1024 * 1024)
    time.sleep(event.get("seconds", 0))
    return len(held)


def import_module(event: Event, context: Any) -> Any:
    try:
        return str(importlib.import_module(event["name"]).__file__)
    except ModuleNotFoundError as error:
        return str(error)


def write_temporary(event: Event, context: Any) -> Any:
    path = Path(tempfile.gettempdir()) / "kept"
    kept = path.exists()
    path.write_text("x")
    return [str(path), kept]


def say(event: Event, context: Any) -> Any:
    for line in event["lines"]:
        sys.stdout.write(line + "\n")
    sys.stderr.write("to the other stream\n")


def call(event: Event, context: Any) -> Any:
    import boto3

    client = boto3.client(event["service"])
    answer = getattr(client, event["method"])(**event["arguments"])
    answer.pop("ResponseMetadata")
    return json.loads(json.dumps(answer, default=str))


COMMANDS: dict[str, Callable[[Event, Any], Any]] = {
    "echo": lambda event, context: event,
    "environment": lambda event, context: dict(os.environ),
    "process": lambda event, context: os.getpid(),
    "path": lambda event, context: sys.path,
    "folder": lambda event, context: str(Path.cwd()),
    "descriptors": lambda event, context: resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    "remaining": lambda event, context: context.get_remaining_time_in_millis(),
    "context": lambda event, context: [
        context.aws_request_id,
        context.function_name,
        context.invoked_function_arn,
        context.memory_limit_in_mb,
        context.log_group_name,
    ],
    "unserialisable": lambda event, context: object(),
    "fail": fail,
    "leave": leave,
    "exit": lambda event, context: sys.exit(event["code"]),
    "sleep": sleep,
    "fill": fill,
    "import": import_module,
    "temporary": write_temporary,
    "say": say,
    "call": call,
}
