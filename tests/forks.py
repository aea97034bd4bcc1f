"""Processes of the ``caretaker`` command that share their beginning.

Starting Python and importing a command takes longer than most commands take. So one process that has imported them
all is kept, and what is run is a fork of it: a process with arguments, variables, folder and streams of its own.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).parents[1]
_AT_WORK = Lock()


def forked(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run ``caretaker`` to its end."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        given.write(typed.encode())
        given.seek(0)
        asked = json.dumps([list(arguments), dict(environment), str(folder)]).encode()
        with _AT_WORK:
            line = _line()
            try:
                socket.send_fds(line, [asked], [given.fileno(), out.fileno(), error.fileno()])
                code = int(line.recv(100))
            except BaseException:
                line.close()
                _line.cache_clear()  # what this one says later would be taken for the answer to the next
                raise
        said = [os.pread(stream.fileno(), os.fstat(stream.fileno()).st_size, 0).decode() for stream in (out, error)]
    return subprocess.CompletedProcess(list(arguments), code, *said)


@cache
def _line() -> socket.socket:
    """Start the process that is forked; it ends when nobody has the other end of the line any more."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        subprocess.Popen(
            [sys.executable, "-m", "tests.forking", str(theirs.fileno())],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            pass_fds=[theirs.fileno()],
        )
    return ours
