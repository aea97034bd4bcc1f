"""Asks a server of the local AWS for what AWS's own APIs do not have."""

import http.client
import json
from dataclasses import dataclass
from typing import Any

from caretaker.local.errors import LocalAwsError

_LONGEST = 960.0  # seconds: longer than any function may run


@dataclass(frozen=True, slots=True)
class ControlClient:
    """The server on a port of this machine."""

    port: int

    def ask(self, command: str, **arguments: object) -> Any:
        """Return what the command gives, JSON; raise ``LocalAwsError`` with what the server says against it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_LONGEST)
        headers = {"Content-Type": "application/json", "X-Caretaker": "1"}
        try:
            connection.request("POST", f"/_caretaker/{command}", json.dumps(arguments), headers)
            reply = connection.getresponse()
            status, body = reply.status, reply.read()
        except OSError as error:
            raise LocalAwsError(f"the local AWS does not answer on port {self.port}: {error}") from error
        finally:
            connection.close()
        if status != 200:
            raise LocalAwsError(_reason(body))
        return json.loads(body)["result"]


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError):
        return body.decode("utf-8", "replace")
