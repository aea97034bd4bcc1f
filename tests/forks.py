"""Processes that share their beginning: the ``caretaker`` command as a person runs it, and runs that a test kills.

Starting Python and importing a command takes longer than most commands take. So one clean process that has imported
everything is kept, and each process is a fork of it: 30 ms instead of a second.
"""

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from caretaker.cli.main import main

ROOT = Path(__file__).parents[1]
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.integration.backup.killing", "tests.commands"])
_LONGEST = 100.0  # seconds


def forked(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run ``caretaker`` to its end, with arguments, variables, folder and streams of its own."""
    return ran(partial(main, list(arguments)), environment, folder, typed)


def ran(
    act: Callable[[], object], environment: Mapping[str, str], folder: Path = ROOT, typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run a function of a module to its end, with variables, folder and streams of its own."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        given.write(typed.encode())
        given.seek(0)
        streams = tuple(DupFd(stream.fileno()) for stream in (given, out, error))
        process = PROCESSES.Process(target=_run, args=(act, dict(environment), folder, streams))
        process.start()
        process.join(_LONGEST)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{act} did not end")
        said = [os.pread(stream.fileno(), os.fstat(stream.fileno()).st_size, 0).decode() for stream in (out, error)]
    return subprocess.CompletedProcess(str(act), process.exitcode, *said)


def _run(act: Callable[[], object], variables: dict[str, str], folder: Path, streams: Sequence[Any]) -> None:
    become(act, variables, folder, [stream.detach() for stream in streams])


def become(act: Callable[[], object], variables: Mapping[str, str], folder: Path, streams: Sequence[int]) -> None:
    """Do this from here on as a new process of Python would, with these descriptors for its three streams."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    encoding = variables.get("PYTHONIOENCODING", "utf-8")
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding=encoding) for number, mode in enumerate("rww")
    )
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    try:
        act()
    finally:
        sys.stdout.flush()
        atexit._run_exitfuncs()  # which are not for a fork otherwise
