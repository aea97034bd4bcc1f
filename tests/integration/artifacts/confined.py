"""A function's artifact under Lambda's own runtime and in Lambda's surroundings, with nothing else to import."""

import json
import os
import queue
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caretaker.local.functions import inside
from caretaker.local.functions.library import make_library
from caretaker.local.functions.memory import MemoryWatch
from caretaker.local.functions.runtime_api import Invocation, Message, RuntimeApi
from tests.sandbox import sandbox

_BOOTSTRAP = Path(inside.__file__).with_name("bootstrap.py")


@dataclass(frozen=True)
class Confined:
    """A process that runs a function, with the limits of its template; ``is_confined`` as in ``Sandbox``."""

    api: RuntimeApi
    process: "subprocess.Popen[bytes]"
    watch: MemoryWatch
    memory: int
    is_confined: bool

    def ask(self, event: object, seconds: float = 60) -> tuple[str, Any]:
        """Run one invocation; return what kind of answer came, and the answer."""
        ends = time.monotonic() + seconds
        self.watch.start(self.process.pid, self.memory, lambda: self.api.messages.put(Message("memory")))
        self.api.offer(Invocation(str(uuid.uuid4()), json.dumps(event).encode(), "arn:aws:lambda:x", seconds))
        try:
            while True:
                message = self.api.messages.get(timeout=max(0.0, ends - time.monotonic()))
                if message.kind != "taken":
                    return message.kind, json.loads(message.body or b"null")
        except queue.Empty:
            return "hangs", None
        finally:
            self.watch.stop(self.process.pid)


@contextmanager
def confined(
    artifact: Path, handler: str, environment: Mapping[str, str], *, memory: int, layer: Path, folder: Path
) -> Iterator[Confined]:
    """Start an artifact with this environment and so many megabytes; ``folder`` is to become its /opt."""
    shutil.copytree(artifact, folder / "task", copy_function=_link)
    shutil.copytree(layer, folder, copy_function=_link, dirs_exist_ok=True)
    make_library(folder / "links", "awslambdaric")
    shutil.copytree(folder / "links", folder / "runtime")
    shutil.rmtree(folder / "links")
    shutil.copyfile(_BOOTSTRAP, folder / "bootstrap.py")
    folder.chmod(0o755)
    api = RuntimeApi()
    with sandbox(folder) as place:
        opt = place.programs.parent
        # Not the tests' environment: the Python below it, which has no packages of theirs.
        command = [sys._base_executable, "-I", "-S", "-B", opt / "bootstrap.py"]  # type: ignore[attr-defined]
        command += ["awslambdaric", opt / "task", opt / "runtime", handler]
        own = {
            "AWS_LAMBDA_RUNTIME_API": api.address,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
            "LAMBDA_TASK_ROOT": str(opt / "task"),
            "TMPDIR": str(place.inside),
            "HOME": str(place.inside),
            "_HANDLER": handler,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        }
        programs = {"CARETAKER_PROGRAMS": str(place.programs)} if "CARETAKER_PROGRAMS" in environment else {}
        process = place.start(command, {**environment, **own, **programs}, stdout=subprocess.DEVNULL)
        try:
            yield Confined(api, process, MemoryWatch(), memory, place.confined)
        finally:
            process.kill()
            process.wait()
            api.close()


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another device
        shutil.copyfile(source, target)
        shutil.copymode(source, target)
