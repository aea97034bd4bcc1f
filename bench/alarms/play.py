"""Plays a trace: the code of both functions, run by run, with its events doubled, late and killed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from moto.server import ThreadedMotoServer

from bench.alarms.trace import START, Trace
from bench.alarms.world import SLOW_LIMIT, TIMEOUT, Clock, World
from caretaker.core.config import AlertsConfig, Channel
from caretaker.core.incidents.policy import Confirm
from caretaker.core.results import Severity
from caretaker.core.secrets import Redactor
from caretaker.core.store.table import Table
from caretaker.core.targets.base import Level, Recheck
from functions.notify import delivery, outbox
from functions.notify.channels import webhook
from functions.notify.planning import Planner
from functions.notify.posting import Post
from functions.notify.reminders import remind_of_open_incidents
from functions.notify.rounds import Time, deliver_all
from functions.notify.sending import Sender
from functions.uptime.run import Tools, run
from functions.uptime.targets import Prepared
from tests.faults import Faults, Killed, throttled
from tests.samples import EXPECT, TARGET, target

_AGAIN = timedelta(seconds=60)  # Lambda tries a failed event again
_FUNCTION = 135.0  # seconds that a run has


@contextmanager
def table() -> Iterator[Table]:
    """An empty table in moto, over HTTP."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "dynamodb",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    attributes = ("pk", "sk", "due", "due_at")
    client.create_table(
        TableName="alarms",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in attributes],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "due",
                "KeySchema": [
                    {"AttributeName": "due", "KeyType": "HASH"},
                    {"AttributeName": "due_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    try:
        yield Table(client, "alarms")
    finally:
        client.delete_table(TableName="alarms")
        server.stop()


class Player:
    """Both functions, with the world's clock."""

    def __init__(self, stored: Table, world: World) -> None:
        self.table, self.world, self.clock = stored, world, world.clock
        self.faults = Faults()
        self.faults.watch(stored.client)
        self.killed_at: list[datetime] = []
        url = f"http://127.0.0.1:{world.port}"
        targets = {name: self._target(number, f"{url}/{name}") for number, name in enumerate(world.trace.targets)}
        controls = tuple(
            target(name=f"control:{number}", url=f"{url}/control{number}", timeout=TIMEOUT) for number in (1, 2)
        )
        prepared = Prepared("bench", tuple(targets), targets, controls, (), frozenset())
        self.tools = Tools(stored, lambda _: {}, prepared, self.clock.time, self.clock.monotonic, self.clock.wait)
        channel = Channel("hook", "webhook", f"{url}/hook", secret="bench")
        self.config = AlertsConfig("bench", (channel,), dict.fromkeys(Severity, ("hook",)), "hook")
        post = Post(
            self.config,
            {"webhook": webhook.sender(lambda: self.clock.time().timestamp())},
            lambda known, _: (known, Redactor()),
        )
        self.planner = Planner(stored, self.config, self.clock.time)
        self.sender = Sender(stored, self.config.fallback, post, self.clock.time)

    @staticmethod
    def _target(number: int, url: str) -> Any:
        expect = replace(EXPECT, slow=(Level(SLOW_LIMIT, Severity.MEDIUM),))
        policy = replace(TARGET.policy, confirm=Confirm(2, 3) if number % 2 else Confirm(1, 1))
        return target(
            name=f"t{number}", url=url, timeout=TIMEOUT, expect=expect, policy=policy, recheck=Recheck(2, 20.0)
        )

    def play(self, at: datetime) -> None:
        """Let a scheduled run take place with all that follows, and the next sweep."""
        trace = self.world.trace
        begin = at + timedelta(seconds=trace.late.get(at, 0.0))
        self.clock.set(max(begin, self.clock.time()))
        self._arm(trace, at)
        for _ in range(2 if at in trace.twice else 1):
            if not self._try(lambda: run(at, self.clock.monotonic() + _FUNCTION, self.tools)):
                self.clock.wait(_AGAIN.total_seconds())
                self._try(lambda: run(at, self.clock.monotonic() + _FUNCTION, self.tools))
            self._try(self._notify)
        self.faults.position = None
        self._try(lambda: remind_of_open_incidents(self.table, self.config, at, self.clock.time, self.clock.wait))

    def sweep(self) -> None:
        """Let notify look for what is left over."""
        self._try(self._notify)

    def _arm(self, trace: Trace, at: datetime) -> None:
        self.faults.calls.clear()
        self.faults.position = None
        if at in trace.kills:
            action, position, after = trace.kills[at]
            self.faults.position, self.faults.after = position, after
            self.faults.error = Killed if action == "kill" else throttled

    def _try(self, work: Callable[[], object]) -> bool:
        try:
            work()
        except (Killed, ClientError, BotoCoreError, ExceptionGroup):
            self.faults.position = None
            self.killed_at.append(self.clock.time())
            return False
        return True

    def _notify(self) -> None:
        ends = self.clock.monotonic() + 45
        now = self.clock.time()
        keys = delivery.due(self.table, now)
        new = [key for group in outbox.due_groups(self.table, now) for key in self.planner.plan(group)]
        timing = Time(self.clock.time, lambda: ends - self.clock.monotonic(), self.clock.wait)
        deliver_all(self.table, self.sender, [*keys, *new], timing)


def play(trace: Trace, stored: Table, runs: Iterable[datetime]) -> tuple[World, Player]:
    """Play these runs of a trace."""
    world = World(trace, Clock(START))
    with world.serving():
        player = Player(stored, world)
        for at in runs:
            player.play(at)
        for quiet in range(1, 7):  # what is still under way may arrive
            player.clock.set(trace.end + quiet * timedelta(minutes=5))
            player.sweep()
    return world, player
