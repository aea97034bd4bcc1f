"""Runs functions: at once with an answer, or asynchronously with retries and a destination for failures."""

import json
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from caretaker.local.functions.destinations import Destinations, failure_record
from caretaker.local.functions.environment import Host
from caretaker.local.functions.outcome import Outcome
from caretaker.local.functions.pool import Pool
from caretaker.local.stack.resources import Function
from caretaker.local.work import Work


@dataclass
class Asynchronous:
    """An asynchronous invocation: ``done`` is set when it has succeeded or was given up."""

    request: str
    done: threading.Event
    outcome: Outcome | None = None


class Invoker:
    """Runs the functions of one stack. ``retry_after`` are the seconds before each retry."""

    def __init__(
        self,
        functions: Sequence[Function],
        artifacts: Mapping[str, Path],
        host: Host,
        *,
        work: Work,
        destinations: Destinations,
        retry_after: Sequence[float],
    ) -> None:
        self._pools = {function.name: Pool(function, artifacts[function.name], host) for function in functions}
        self._work = work
        self._destinations = destinations
        self._retry_after = retry_after
        self._closing = threading.Event()

    def invoke(self, function: Function, event: bytes, *, wait: bool = True) -> tuple[str, Outcome]:
        """Run a function now; return the request's id and the outcome. May raise ``Throttled``."""
        request = str(uuid.uuid4())
        with self._work.under_way():
            return request, self._pools[function.name].run(event, request, wait=wait)

    def submit(self, function: Function, event: bytes) -> Asynchronous:
        """Run a function soon, repeating it as its template says."""
        invocation = Asynchronous(str(uuid.uuid4()), threading.Event())
        self._work.begin()
        threading.Thread(target=self._run, args=(function, event, invocation), daemon=True).start()
        return invocation

    def recycle(self) -> None:
        """Let the next invocations be cold starts."""
        for pool in self._pools.values():
            pool.recycle()

    def close(self) -> None:
        """End all processes."""
        self._closing.set()
        for pool in self._pools.values():
            pool.close()

    def _run(self, function: Function, event: bytes, invocation: Asynchronous) -> None:
        try:
            for attempt in range(function.retries + 1):
                if attempt and self._closing.wait(self._delay(attempt)):
                    return
                outcome = self._pools[function.name].run(event, invocation.request, wait=True)
                invocation.outcome = outcome
                if not outcome.failed:
                    return
            if not self._closing.is_set():
                self._give_up(function, event, invocation.request, outcome)
        finally:
            invocation.done.set()
            self._work.end()

    def _delay(self, attempt: int) -> float:
        return self._retry_after[min(attempt, len(self._retry_after)) - 1] if self._retry_after else 0

    def _give_up(self, function: Function, event: bytes, request: str, outcome: Outcome) -> None:
        payload = json.loads(outcome.payload)
        if function.on_failure:
            record = {
                **failure_record(function, request, "RetriesExhausted", function.retries + 1),
                "requestPayload": json.loads(event),
                "responsePayload": payload,
            }
            self._destinations.send(function, function.on_failure, json.dumps(record))
        if function.dead_letters:
            message = str(payload.get("errorMessage", ""))
            attributes = {"RequestID": request, "ErrorCode": "200", "ErrorMessage": message or "unknown"}
            self._destinations.send(function, function.dead_letters, event.decode(), attributes)
