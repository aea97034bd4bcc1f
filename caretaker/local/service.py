"""The local AWS inside its server process: what is served, and what people ask of it."""

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from caretaker.local.clients import Clients
from caretaker.local.endpoint.application import Application
from caretaker.local.endpoint.control import Control
from caretaker.local.endpoint.faults import Faults
from caretaker.local.endpoint.lambda_api import LambdaApi
from caretaker.local.endpoint.records import Records
from caretaker.local.endpoint.request import AwsRequest
from caretaker.local.errors import LocalAwsError
from caretaker.local.events.objects import object_created
from caretaker.local.functions.environment import Host
from caretaker.local.functions.logs import LogBook
from caretaker.local.functions.outcome import Outcome
from caretaker.local.running import Order, Running
from caretaker.local.stack.deploy import deploy
from caretaker.local.stack.resources import Function
from caretaker.local.work import Work

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_LOOK = 0.01  # seconds between two looks whether everything is done, in many threads that know only their part


class Service:
    """Everything that is served; ``application`` answers on the port."""

    def __init__(self, moto: "WSGIApplication") -> None:
        self.work = Work()
        self.records: Records = Records()
        self.faults: Faults = Faults()
        self.logs: LogBook = LogBook()
        self._running: Running | None = None
        self._resetting = threading.Lock()
        functions = LambdaApi(lambda: (self._stack.registry, self._stack.invoker))
        self.application = Application(
            moto,
            functions=functions,
            control=Control(self),
            records=self.records,
            faults=self.faults,
            work=self.work,
            announce=self._announce,
        )

    def start(self, order: Order, host: Host) -> None:
        """Create the stack and let it run; raise ``TemplateError``."""
        self._run(order, host, Clients(host.endpoint_url))

    def reset(self) -> None:
        """Begin again with an empty stack of the same template; forget calls, messages, logs and faults."""
        from moto.moto_api._internal.models import moto_api_backend

        with self._resetting:
            running = self._stack
            running.close()
            moto_api_backend.reset()
            self.application.forget()
            self.faults.clear()
            self._run(running.order, running.host, running.clients)
            self.forget()

    def forget(self) -> None:
        """Forget calls, published messages and logs."""
        self.records.clear()
        self.logs.clear()

    def recycle(self) -> None:
        """Let the next invocations be cold starts."""
        self._stack.invoker.recycle()

    def close(self) -> None:
        """End every process."""
        if self._running is not None:
            self._running.close()

    def function(self, name: str) -> Function:
        """Return the function of this name; raise ``LocalAwsError`` naming the known ones."""
        function = self._stack.registry.function(name)
        if function is None:
            known = ", ".join(one.name for one in self._stack.registry.functions)
            raise LocalAwsError(f"there is no function {name}; there are: {known}")
        return function

    def invoke(self, name: str, event: str) -> Outcome:
        """Run a function now with this event (JSON)."""
        return self._stack.invoker.invoke(self.function(name), event.encode())[1]

    def tick(self, at: datetime) -> list[tuple[str, Outcome]]:
        """Start what is scheduled for this minute, wait for it, and return how each function's invocation ended."""
        return self._stack.tick(at)

    def drain(self, seconds: float) -> None:
        """Wait until all streams are delivered and nothing runs; raise ``LocalAwsError`` if that takes longer."""
        deadline = time.monotonic() + seconds
        while not self._settled():
            if time.monotonic() > deadline:
                raise LocalAwsError(f"after {seconds:g} s functions are still running or streams not delivered")
            time.sleep(_LOOK)

    def describe(self) -> dict[str, object]:
        """Return what the stack has, for people: functions, schedules, and what is left out."""
        registry = self._stack.registry
        return {
            "functions": {one.name: one.physical_name for one in registry.functions},
            "environments": {one.name: dict(one.environment) for one in registry.functions},
            "schedules": {one.logical_id: one.expression for one in registry.schedules},
            "left_out": dict(registry.left_out),
        }

    def _run(self, order: Order, host: Host, clients: Clients) -> None:
        registry = deploy(order.template, order.stack, clients)
        self._running = Running(
            order, host, registry, clients=clients, work=self.work, table_lock=self.application.lock("dynamodb")
        )

    def _announce(self, request: AwsRequest) -> None:
        """Give EventBridge what S3 has to say of a request that was carried out."""
        event = object_created(request, datetime.now(UTC))
        if event is not None and self._running is not None:
            self._running.send(event)

    def _settled(self) -> bool:
        # The readers first: what they are about to start is under way by the time they have seen a write.
        return self._stack.caught_up and self.work.idle and self._stack.caught_up

    @property
    def _stack(self) -> "Running":
        if self._running is None:
            raise LocalAwsError("the stack is not there yet")
        return self._running
