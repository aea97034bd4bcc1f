"""The web server on the one port."""

import socket
import sys
from typing import TYPE_CHECKING

import moto.cloudformation.models  # noqa: F401 - imported while there is time, not with the first stack
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from caretaker.local.endpoint.application import DROPPED

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Handler(MotoRequestHandler):
    """Answers one connection, request after request, without waiting to fill packets."""

    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: calls are recorded."""

    def log(self, kind: str, message: str, *args: object) -> None:
        """Say what went wrong inside, except for connections that were dropped on purpose."""
        if kind == "error" and DROPPED not in message % args:
            sys.stderr.write(message % args + "\n")


def moto_application() -> "WSGIApplication":
    """Return moto, every service of it."""
    return DomainDispatcherApplication(create_backend_app)


def web_server(listener: socket.socket, application: "WSGIApplication") -> BaseWSGIServer:
    """Return a server of the application on a socket that listens already."""
    host, port = listener.getsockname()
    return make_server(host, port, application, threaded=True, request_handler=Handler, fd=listener.fileno())
