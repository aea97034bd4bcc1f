"""One execution environment: a process that runs a function, one invocation at a time."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from caretaker.local.functions import inside
from caretaker.local.functions.clock import clock_variables
from caretaker.local.functions.layers import with_layers
from caretaker.local.functions.library import Runtime
from caretaker.local.functions.logs import LogBook, LogReader
from caretaker.local.functions.memory import MemoryWatch
from caretaker.local.functions.outcome import Outcome, exited, fault, out_of_memory, timed_out
from caretaker.local.functions.runtime_api import Invocation, Message, RuntimeApi
from caretaker.local.identity import SECRET_KEY, function_key
from caretaker.local.pipes import pipe
from caretaker.local.reaping import Reaper
from caretaker.local.stack.resources import Function
from caretaker.local.stack.template import REGION

INITIALISATION = 10.0  # seconds that Lambda gives a function to be imported
_PAYLOAD_LIMIT = 6 * 1024 * 1024  # Lambda's own
_BOOTSTRAP = Path(inside.__file__).with_name("bootstrap.py")


class NeverTaken(Exception):
    """The process was gone before it took the invocation: another one may try."""


@dataclass(frozen=True, slots=True)
class Host:
    """What all processes share: where they live, what they may import, who watches them."""

    folder: Path
    library: Path
    runtime: Runtime
    endpoint_url: str
    logs: LogBook
    memory: MemoryWatch
    reaper: Reaper


class Environment:
    """A process of one function, warm from its first invocation on."""

    def __init__(self, function: Function, artifact: Path, host: Host) -> None:
        self._function = function
        self._host = host
        self._api = RuntimeApi()
        self._cold = True
        self._temporary = host.folder / "environments" / uuid.uuid4().hex
        self._temporary.mkdir(parents=True)
        command = [sys.executable, "-I", "-S", "-B", str(_BOOTSTRAP)]
        self._process = subprocess.Popen(
            [*command, host.runtime, str(artifact), str(host.library), function.handler],
            cwd=artifact,
            env=self._variables(artifact),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        host.reaper.add(self._process.pid)
        self._logs = LogReader(pipe(self._process.stdout), function.name, host.logs)
        self._ended = threading.Event()
        threading.Thread(target=self._wait, daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the process can take another invocation."""
        return not self._ended.is_set()

    def run(self, event: bytes, request: str) -> Outcome:
        """Run one invocation to its end; raise ``NeverTaken`` if the process did not get that far."""
        invocation = Invocation(request, event, self._function.arn, self._function.timeout)
        started = time.monotonic()
        self._logs.collect()
        self._host.memory.start(self._process.pid, self._function.memory, lambda: self._exceeded(request))
        self._api.offer(invocation)
        try:
            payload, failed = self._await_answer(request)
        finally:
            self._host.memory.stop(self._process.pid)
        seconds = time.monotonic() - started
        lines = self._logs.collect()
        report = (
            f"REPORT RequestId: {request}\tDuration: {seconds * 1000:.2f} ms\t"
            f"Memory Size: {self._function.memory} MB\tInit: {'cold' if self._cold else 'warm'}"
        )
        self._cold = False
        return Outcome(payload, failed, tuple(lines), report)

    def stop(self) -> None:
        """End the process and everything that it started, and delete its folder."""
        self._kill()
        self._api.close()
        shutil.rmtree(self._temporary, ignore_errors=True)

    def _await_answer(self, request: str) -> tuple[bytes, bool]:
        """Return the answer and whether it is a failure; after a failure of the process itself it is not alive."""
        taken = False
        deadline = time.monotonic() + INITIALISATION + self._function.timeout
        while True:
            try:
                message = self._api.messages.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                self._kill()
                return timed_out(request, self._function.timeout), True
            match message:
                case Message("taken"):
                    taken = True
                    deadline = time.monotonic() + self._function.timeout
                case Message("response", answered) if answered == request:
                    if len(message.body) <= _PAYLOAD_LIMIT:
                        return message.body, False
                    return _too_large(len(message.body)), True
                case Message("error", answered) if answered == request:
                    return message.body, True
                case Message("init-error"):
                    self._kill()
                    return message.body, True
                case Message("memory", exceeding) if exceeding == request:
                    self._kill()
                    return out_of_memory(request), True
                case Message("exited") if taken or self._cold:
                    return exited(request, self._process.returncode), True
                case Message("exited"):
                    raise NeverTaken

    def _variables(self, artifact: Path) -> dict[str, str]:
        """Return the process's whole environment: nothing of the caller's is in it."""
        function = self._function
        return {
            **with_layers(function.environment),
            **clock_variables(),
            "AWS_ACCESS_KEY_ID": function_key(function.name),
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_SESSION_TOKEN": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self._host.endpoint_url,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_LAMBDA_FUNCTION_NAME": function.physical_name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": f"[$LATEST]{self._temporary.name}",
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "LAMBDA_TASK_ROOT": str(artifact),
            "LAMBDA_RUNTIME_DIR": str(self._host.library),
            "_HANDLER": function.handler,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            # boto3 would read a person's own ~/.aws, found through the password file without HOME.
            "HOME": str(self._temporary),
            "TMPDIR": str(self._temporary),
        }

    def _wait(self) -> None:
        if hasattr(os, "waitid"):
            # While the process is not reaped its group's id cannot become another's: kill what it left behind.
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
            self._kill_group()
        self._process.wait()
        self._ended.set()
        self._host.reaper.remove(self._process.pid)
        self._api.messages.put(Message("exited"))

    def _exceeded(self, request: str) -> None:
        self._api.messages.put(Message("memory", request))

    def _kill(self) -> None:
        self._kill_group()
        self._ended.wait()

    def _kill_group(self) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a zombie's group
                os.killpg(self._process.pid, signal.SIGKILL)


def _too_large(size: int) -> bytes:
    return fault(
        "Function.ResponseSizeTooLarge",
        f"Response payload size ({size} bytes) exceeded maximum allowed payload size ({_PAYLOAD_LIMIT} bytes).",
    )
