"""What ``LocalAws`` asks of its server beside AWS's own APIs: ``POST /_caretaker/<command>`` with JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from caretaker.local.endpoint.application import CONTROL, Reply, json_reply
from caretaker.local.endpoint.faults import Fault
from caretaker.local.endpoint.request import AwsRequest, Environ
from caretaker.local.errors import LocalAwsError
from caretaker.local.functions.logs import parse_line
from caretaker.local.functions.outcome import Outcome

if TYPE_CHECKING:
    from caretaker.local.service import Service

HEADER = "HTTP_X_CARETAKER"  # a page in a browser cannot send it to another origin unasked
Arguments = Mapping[str, Any]  # a command's JSON


class Control:
    """Carries out the commands."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    def answer(self, request: AwsRequest, environ: Environ) -> Reply:
        """Return the reply to a command."""
        if request.method != "POST" or HEADER not in environ:
            return json_reply(403, b'{"error": "this is for the local AWS itself"}')
        command = request.path.removeprefix(CONTROL)
        try:
            result = _carry_out(command, self._service, json.loads(request.body or b"{}"))
        except LocalAwsError as error:
            return json_reply(400, json.dumps({"error": str(error)}).encode())
        return json_reply(200, json.dumps({"result": result}).encode())


def as_answer(outcome: Outcome) -> dict[str, object]:
    """Return the JSON form of an outcome."""
    return {
        "payload": json.loads(outcome.payload or b"null"),
        "failed": outcome.failed,
        "logs": [parse_line(line) for line in outcome.logs],
    }


def _carry_out(command: str, service: "Service", arguments: Arguments) -> object:
    if command not in _COMMANDS:
        raise LocalAwsError(f"there is no command {command}")
    return _COMMANDS[command](service, arguments)


def _tick(service: "Service", arguments: Arguments) -> object:
    outcomes = service.tick(datetime.fromisoformat(arguments["at"]))
    return [[name, as_answer(outcome)] for name, outcome in outcomes]


_COMMANDS: "Mapping[str, Callable[[Service, Arguments], object]]" = {
    "invoke": lambda service, arguments: as_answer(service.invoke(arguments["function"], arguments["event"])),
    "tick": _tick,
    "drain": lambda service, arguments: service.drain(arguments["seconds"]),
    "calls": lambda service, _: [asdict(call) for call in service.records.calls()],
    "published": lambda service, _: [asdict(message) for message in service.records.published()],
    "logs": lambda service, arguments: service.logs.of(service.function(arguments["function"]).name),
    "fault": lambda service, arguments: service.faults.add(Fault(**arguments)),
    "clear-faults": lambda service, _: service.faults.clear(),
    "forget": lambda service, _: service.forget(),
    "recycle": lambda service, _: service.recycle(),
    "reset": lambda service, _: service.reset(),
    "stack": lambda service, _: service.describe(),
}
