"""One stack while it runs: its functions, the readers of its streams, and its schedules."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from caretaker.local.clients import Clients
from caretaker.local.errors import TemplateError
from caretaker.local.events.patterns import matches
from caretaker.local.events.schedules import fill_in, parse_expression
from caretaker.local.events.shard import Shard
from caretaker.local.events.streams import StreamReader
from caretaker.local.events.ticker import Ticker
from caretaker.local.functions.destinations import Destinations
from caretaker.local.functions.environment import Host
from caretaker.local.functions.invoker import Asynchronous, Invoker
from caretaker.local.functions.outcome import Outcome
from caretaker.local.stack.registry import Registry
from caretaker.local.stack.resources import Function
from caretaker.local.stack.template import PlainTemplate
from caretaker.local.work import Work


@dataclass(frozen=True, slots=True)
class Order:
    """What a server is to serve: the template, where each function's artifact is, and how patient it is.

    ``retry_after`` are the seconds before each retry of an asynchronous invocation (Lambda: 60, 120);
    with ``schedules`` the template's schedules start by the clock.
    """

    template: PlainTemplate
    stack: str
    artifacts: Mapping[str, Path]
    retry_after: tuple[float, ...]
    schedules: bool


class Running:
    """One stack and what runs it, from its creation to the next reset."""

    def __init__(
        self,
        order: Order,
        host: Host,
        registry: Registry,
        *,
        clients: Clients,
        work: Work,
        table_lock: threading.Lock,
    ) -> None:
        self.order, self.host, self.registry, self.clients = order, host, registry, clients
        self._work = work
        destinations = Destinations(clients, host.logs)
        self.invoker = Invoker(
            registry.functions,
            order.artifacts,
            host,
            work=work,
            destinations=destinations,
            retry_after=order.retry_after,
        )
        self._readers = [
            StreamReader(
                one,
                self._target(one.logical_id, one.function),
                source=Shard(one.stream, table_lock),
                invoker=self.invoker,
                destinations=destinations,
                work=work,
            )
            for one in registry.mappings
            if one.enabled
        ]
        self._scheduled = [
            (one, parse_expression(one.expression, one.timezone), self._target(one.logical_id, one.target))
            for one in registry.schedules
            if one.enabled
        ]
        self._rules = [
            (rule.pattern, self._target(rule.logical_id, target))
            for rule in registry.rules
            if rule.enabled
            for target in rule.targets
        ]
        self._ticker = Ticker(self._start_scheduled) if order.schedules else None

    @property
    def caught_up(self) -> bool:
        """Whether every stream was delivered up to the last write."""
        writes = self._work.writes
        return all(reader.seen >= writes for reader in self._readers)

    def tick(self, at: datetime) -> list[tuple[str, Outcome]]:
        """Start what is due and wait for it."""
        started = self._start_scheduled(at)
        for _, invocation in started:
            invocation.done.wait()
        return [(name, invocation.outcome) for name, invocation in started if invocation.outcome is not None]

    def send(self, event: Mapping[str, Any]) -> None:
        """Start the functions whose rules let an event of EventBridge through."""
        for pattern, function in self._rules:
            if matches(pattern, event):
                self.invoker.submit(function, json.dumps(event).encode())

    def close(self) -> None:
        """End everything that runs."""
        if self._ticker is not None:
            self._ticker.close()
        self.invoker.close()
        for reader in self._readers:
            reader.close()

    def _start_scheduled(self, at: datetime) -> list[tuple[str, Asynchronous]]:
        return [
            (function.name, self.invoker.submit(function, fill_in(schedule.input, at).encode()))
            for schedule, due, function in self._scheduled
            if due(at)
        ]

    def _target(self, logical_id: str, name: str) -> Function:
        function = self.registry.function(name)
        if function is None:
            raise TemplateError(f"{logical_id} starts {name}, which is no function of this stack")
        return function
