"""The process that forks.py keeps, and forks for each command."""

import atexit
import gc
import json
import os
import signal
import socket
import sys
from importlib import import_module

import click

from caretaker.cli.main import cli, main

_LONGEST = 1 << 17  # bytes of what is asked for
_PATIENCE = 100  # seconds that a command may take
_WHEN_NEEDED = ("boto3", "samtranslator.translator.translator")  # what commands import as late as they can


def _import_all() -> None:
    with click.Context(cli) as context:
        for name in cli.list_commands(context):
            cli.get_command(context, name)
    for name in _WHEN_NEEDED:
        import_module(name)


def _next_command(line: socket.socket) -> list[str]:
    """Return the arguments of a command: in a fork, which has its variables, folder and streams."""
    while True:
        asked, streams, _, _ = socket.recv_fds(line, _LONGEST, 3)
        if not asked:
            os._exit(0)
        process = os.fork()
        if not process:
            line.close()
            return _set_up(streams, *json.loads(asked))
        for stream in streams:
            os.close(stream)
        line.send(str(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])).encode())


def _set_up(streams: list[int], arguments: list[str], variables: dict[str, str], folder: str) -> list[str]:
    signal.alarm(_PATIENCE)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    return arguments


if __name__ == "__main__":
    _import_all()
    gc.freeze()  # a fork that collected what it shares with the others would copy it
    arguments = _next_command(socket.socket(fileno=int(sys.argv[1])))
    try:
        main(arguments)
    except SystemExit as ended:
        atexit._run_exitfuncs()
        sys.stderr.flush()
        os._exit(int(ended.code or 0))  # at once: taking down what is shared would copy it, too
