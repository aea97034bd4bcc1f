"""The server process of the local AWS: ``python -m caretaker.local.server FOLDER PORT``.

It reads its order, one line of JSON, from standard input, serves until that input ends, and says on
standard output, in lines of JSON, when it listens and when it is ready, or why it cannot be.
"""

import json
import os
import signal
import socket
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from caretaker.local.errors import LocalAwsError, PortTaken
from caretaker.local.functions.environment import Host
from caretaker.local.functions.library import Runtime, make_library
from caretaker.local.functions.memory import MemoryWatch
from caretaker.local.reaping import Reaper
from caretaker.local.running import Order
from caretaker.local.service import Service
from caretaker.local.stack.template import PlainTemplate

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

ADDRESS = "127.0.0.1"


def main(folder: Path, port: int) -> int:
    """Serve until standard input ends; return the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command that started this
    reaper = Reaper(folder)
    try:
        try:
            listener = listen(port)
            say(listening=listener.getsockname()[1])
            _serve(folder, listener, reaper)
        except LocalAwsError as error:
            say(error=str(error), kind=type(error).__name__)
            return 1
    finally:
        reaper.finish()
    return 0


def listen(port: int) -> socket.socket:
    """Return a socket that listens on loopback; raise ``PortTaken``."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"port {port} of {ADDRESS} is taken by another program: end that, or choose another with --port"
        ) from error
    return listener


def say(**words: object) -> None:
    """Tell the process that started this one."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def order_as_json(order: Order, runtime: Runtime) -> str:
    """Return the line that a server reads."""
    return json.dumps(asdict(order) | {"runtime": runtime}, default=str)


def _serve(folder: Path, listener: socket.socket, reaper: Reaper) -> None:
    server, service = _make_server(listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    line = sys.stdin.readline()
    if not line:
        return
    order, runtime = _read_order(json.loads(line))
    library = folder / "runtime"
    make_library(library, runtime)
    endpoint_url = f"http://{ADDRESS}:{server.port}"
    host = Host(folder, library, runtime, endpoint_url, service.logs, MemoryWatch(), reaper)
    try:
        service.start(order, host)
        say(ready=service.describe())
        _wait_for_end(sys.stdin)
    finally:
        service.close()


def _make_server(listener: socket.socket) -> "tuple[BaseWSGIServer, Service]":
    os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"  # moto reads this when it is imported
    from caretaker.local.endpoint.importing import without_unserved

    with without_unserved():
        from caretaker.local.endpoint.fitting import fit_moto
        from caretaker.local.endpoint.web import moto_application, web_server

        fit_moto()
        service = Service(moto_application())
    return web_server(listener, service.application), service


def _read_order(words: dict[str, Any]) -> tuple[Order, Runtime]:
    return Order(
        template=PlainTemplate(**words["template"]),
        stack=words["stack"],
        artifacts={name: Path(path) for name, path in words["artifacts"].items()},
        retry_after=tuple(words["retry_after"]),
        schedules=words["schedules"],
    ), words["runtime"]


def _wait_for_end(stream: IO[str]) -> None:
    while stream.readline():
        continue


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
