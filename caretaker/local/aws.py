"""``LocalAws``: a local AWS for the length of a ``with`` block, in a process of its own.

with LocalAws(config=Path("caretaker.yaml")) as aws:
    answer = aws.invoke("uptime", {"scheduled_at": "2026-11-21T02:00:00Z"})
    aws.drain()
    aws.published()
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from caretaker.local.answer import Answer
from caretaker.local.artifacts import build_artifacts
from caretaker.local.control_client import ControlClient
from caretaker.local.endpoint.records import Call, Published
from caretaker.local.errors import LocalAwsError, PortTaken, TemplateError
from caretaker.local.fault_control import FaultControl
from caretaker.local.functions.library import Runtime, pick_runtime
from caretaker.local.functions.logs import Line
from caretaker.local.identity import OPERATOR_KEY, SECRET_KEY
from caretaker.local.interrupts import uninterrupted
from caretaker.local.pipes import pipe
from caretaker.local.running import Order
from caretaker.local.server import order_as_json
from caretaker.local.sessions import local_session
from caretaker.local.stack.template import REGION, PlainTemplate, read_template

__all__ = ["Answer", "LocalAws"]

STACK = "caretaker"
_ROOT = Path(__file__).parents[2]
_ERRORS: Mapping[str, type[LocalAwsError]] = {error.__name__: error for error in (PortTaken, TemplateError)}
_ENDING = 20.0  # seconds for a server to end its functions


class LocalAws:
    """The stack of a template on one loopback port.

    The functions' artifacts are built for this host from ``config``, unless ``artifacts`` says where
    they are; ``parameters`` are the template's, whose Environment is the configuration's by default.
    With ``schedules`` the clock starts what is scheduled; ``retry_after`` are the seconds before the
    retries of an asynchronous invocation. ``say`` is told what takes long, from several threads.

    Entering raises ``LocalAwsError`` (``PortTaken``, ``TemplateError``) when it cannot start.
    """

    def __init__(
        self,
        config: Path | None = None,
        port: int = 0,
        *,
        template: Path = _ROOT / "template.yaml",
        parameters: Mapping[str, str] | None = None,
        artifacts: Mapping[str, Path] | None = None,
        stack: str = STACK,
        schedules: bool = False,
        retry_after: Sequence[float] = (0.05, 0.1),
        runtime: Runtime | None = None,
        say: Callable[[str], None] = lambda progress: None,
    ) -> None:
        self._config = config
        self._port = port
        self._template = template
        self._parameters = parameters or {}
        self._artifacts = artifacts
        self._stack = stack
        self._schedules = schedules
        self._retry_after = tuple(retry_after)
        self._runtime = runtime
        self._say = say
        self.port = port

    def __enter__(self) -> Self:
        with ExitStack() as ending:
            with uninterrupted():
                # The process that is started below deletes the folder, even when this one is killed.
                self._folder = Path(tempfile.mkdtemp(prefix="caretaker-local-"))
                self._errors = tempfile.TemporaryFile(mode="w+")
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "caretaker.local.server", str(self._folder), str(self._port)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._errors,
                    env=_without_settings(os.environ),
                    text=True,
                    start_new_session=True,
                    cwd=_ROOT,
                )
                self._input, self._output = pipe(self._process.stdin), pipe(self._process.stdout)
                ending.callback(self.close)
            self._start()
            ending.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server and all that it runs."""
        with suppress(BrokenPipeError):  # it has ended already
            self._input.close()
        try:
            self._process.wait(timeout=_ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()
        self._errors.close()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the server ends, at most so long; tell whether it has."""
        try:
            self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def endpoint_url(self) -> str:
        """Where every AWS API is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that let boto3, the AWS CLI and ``caretaker`` work with this AWS."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": OPERATOR_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }

    def client(self, service: Any) -> Any:
        """Return a boto3 client of this AWS; boto3's own overloads say what each name gives."""
        return local_session(OPERATOR_KEY).client(service, endpoint_url=self.endpoint_url)

    def invoke(self, function: str, event: object) -> Answer:
        """Run a function now and return its answer; raise ``LocalAwsError`` if there is no such function."""
        return Answer(**self._control.ask("invoke", function=function, event=json.dumps(event)))

    def tick(self, at: datetime) -> dict[str, Answer]:
        """Start what is scheduled for this minute, wait for it, and return the answers by schedule's function.

        Of a function with several schedules due it is the last one's answer.
        """
        return {name: Answer(**answer) for name, answer in self._control.ask("tick", at=at.isoformat())}

    def drain(self, seconds: float = 60) -> None:
        """Wait until streams have been delivered and nothing is running; raise ``LocalAwsError`` after so long."""
        self._control.ask("drain", seconds=seconds)

    @property
    def calls(self) -> list[Call]:
        """The calls of AWS APIs so far, oldest first."""
        return [Call(**{**one, "resources": tuple(one["resources"])}) for one in self._control.ask("calls")]

    def published(self) -> list[Published]:
        """Return the messages that topics took, oldest first."""
        return [Published(**one) for one in self._control.ask("published")]

    def logs(self, function: str) -> list[Line]:
        """Return what a function printed: lines of JSON as values, others as texts."""
        lines: list[Line] = self._control.ask("logs", function=function)
        return lines

    @property
    def faults(self) -> FaultControl:
        """Injects faults."""
        return FaultControl(self._control)

    def forget(self) -> None:
        """Forget calls, published messages and logs so far."""
        self._control.ask("forget")

    def recycle(self) -> None:
        """Let the next invocations be cold starts: functions read their secrets anew."""
        self._control.ask("recycle")

    def reset(self) -> None:
        """Begin again: an empty stack with new names, nothing recorded, no faults, no warm process."""
        self._control.ask("reset")
        self.description = self._control.ask("stack")

    def variables(self, function: str) -> dict[str, str]:
        """Return a function's environment as the stack resolved it."""
        variables: dict[str, str] = self.description["environments"][function]
        return variables

    @cached_property
    def _control(self) -> ControlClient:
        return ControlClient(self.port)

    def _start(self) -> None:
        self.port = int(self._listen_for("listening"))
        plain = read_template(self._template, {**self._of_config(), **self._parameters})
        order = Order(plain, self._stack, self._find_artifacts(plain), self._retry_after, self._schedules)
        self._input.write(order_as_json(order, self._runtime or pick_runtime()) + "\n")
        self._input.flush()
        self.description = self._listen_for("ready")

    def _of_config(self) -> Mapping[str, str]:
        """Return the parameters that the configuration decides."""
        if self._config is None:
            return {}
        from caretaker.authoring import load

        return {"Environment": load(self._config, for_deployment=False).environment}

    def _find_artifacts(self, template: PlainTemplate) -> Mapping[str, Path]:
        if self._artifacts is not None:
            return self._artifacts
        if self._config is None:
            raise LocalAwsError("the local AWS needs a configuration, or artifacts that are built already")
        return build_artifacts(sorted(template.names.values()), self._config, self._folder / "artifacts", self._say)

    def _listen_for(self, word: str) -> Any:
        line = self._output.readline()
        words = json.loads(line) if line else {}
        if word in words:
            return words[word]
        if "error" in words:
            raise _ERRORS.get(words["kind"], LocalAwsError)(words["error"])
        self._process.wait()
        self._errors.seek(0)
        raise LocalAwsError(f"the local AWS ended before it was ready:\n{self._errors.read().strip()}")


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without a person's own settings of AWS and moto, and without ~/.aws."""
    kept = {name: value for name, value in environment.items() if not name.startswith(("AWS_", "MOTO_"))}
    return {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
