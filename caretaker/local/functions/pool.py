"""The environments of one function: kept warm, as many at once as there is to do."""

import threading
from pathlib import Path

from caretaker.local.functions.environment import Environment, Host, NeverTaken
from caretaker.local.functions.outcome import Outcome, fault
from caretaker.local.stack.resources import Function

AT_ONCE = 10  # what a laptop bears; Lambda's own default is 1,000
_ATTEMPTS = 3


class Throttled(Exception):
    """The function's reserved concurrency is used up."""


class Pool:
    """Runs invocations of one function in warm environments."""

    def __init__(self, function: Function, artifact: Path, host: Host) -> None:
        self._function = function
        self._artifact = artifact
        self._host = host
        self._idle: list[Environment] = []
        self._busy: set[Environment] = set()
        self._starting = 0
        self._closed = False
        self._changed = threading.Condition()
        reserved = function.concurrency
        self._limit = AT_ONCE if reserved is None else min(reserved, AT_ONCE)

    def run(self, event: bytes, request: str, *, wait: bool) -> Outcome:
        """Run one invocation; raise ``Throttled`` at the reserved concurrency unless it shall wait."""
        for _ in range(_ATTEMPTS):
            environment = self._acquire(wait)
            try:
                return environment.run(event, request)
            except NeverTaken:
                continue
            finally:
                self._release(environment)
        return Outcome(fault("Runtime.ExitError", "the runtime ends before it takes an invocation"), True, (), "")

    def recycle(self) -> None:
        """End every warm environment: the next invocations are cold starts."""
        with self._changed:
            idle, self._idle = self._idle, []
        for environment in idle:
            environment.stop()

    def close(self) -> None:
        """End all processes, busy ones included."""
        with self._changed:
            self._closed = True
            environments = [*self._idle, *self._busy]
            self._idle = []
        for environment in environments:
            environment.stop()

    def _acquire(self, wait: bool) -> Environment:
        with self._changed:
            while True:
                while self._idle:
                    environment = self._idle.pop()
                    if environment.alive:
                        self._busy.add(environment)
                        return environment
                    environment.stop()
                if len(self._busy) + self._starting < self._limit:
                    self._starting += 1
                    break
                if self._function.concurrency is not None and not wait:
                    raise Throttled
                self._changed.wait()
        try:
            environment = Environment(self._function, self._artifact, self._host)
        except BaseException:
            self._started(None)
            raise
        self._started(environment)
        return environment

    def _started(self, environment: Environment | None) -> None:
        with self._changed:
            self._starting -= 1
            if environment is not None:
                self._busy.add(environment)
            self._changed.notify()

    def _release(self, environment: Environment) -> None:
        with self._changed:
            self._busy.discard(environment)
            keep = environment.alive and not self._closed
            if keep:
                self._idle.append(environment)
            self._changed.notify()
        if not keep:
            environment.stop()
