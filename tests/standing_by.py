"""``caretaker`` for programs that start it by name: each start is a fork of a process that has imported everything.

``make`` starts it several times in each recipe, and Python takes longer to start than most commands to run.
"""

import json
import os
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from caretaker.cli.main import main
from tests.forks import PROCESSES, become

# A program of its own: it hands over its streams, what it was called with, its variables and its folder.
_CALLER = """#!{python} -IS
import json, os, socket, sys
told = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    socket.send_fds(line, [len(told).to_bytes(8, "big")], [0, 1, 2])
    line.sendall(told)
    sys.exit(line.recv(1)[0])
"""


@contextmanager
def standing_by(folder: Path) -> Iterator[Path]:
    """Give a program that is called as ``caretaker`` is; ``folder`` is for it and its socket."""
    address, program = folder / "line", folder / "caretaker"
    program.write_text(_CALLER.format(python=sys.executable, address=str(address)), "utf-8")
    program.chmod(0o755)
    ready, told = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_stand_by, args=(str(address), told), daemon=True)
    process.start()
    try:
        ready.recv()
        yield program
    finally:
        process.kill()
        process.join()


def _stand_by(address: str, ready: "Connection[bool, None]") -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        ready.send(True)
        while True:
            line, _ = listening.accept()
            with line:
                _answer(line)


def _answer(line: socket.socket) -> None:
    size, streams, _, _ = socket.recv_fds(line, 8, 3)
    told = b""
    while len(told) < int.from_bytes(size, "big"):
        told += line.recv(1 << 16)
    arguments, variables, folder = json.loads(told)
    if not (child := os.fork()):
        _become(arguments, variables, folder, streams)
    for stream in streams:
        os.close(stream)
    _, status = os.waitpid(child, 0)
    line.sendall(bytes([os.waitstatus_to_exitcode(status) & 0xFF]))


def _become(arguments: list[str], variables: dict[str, str], folder: str, streams: list[int]) -> None:
    code: object = 1
    try:
        become(partial(main, arguments), variables, Path(folder), streams)
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - as Python itself would end
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)
