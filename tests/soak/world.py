"""The world of the simulated month: a shop, its database, a Slack, and Caretaker on a local AWS, under one clock."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import psutil

from caretaker.archive.objects import Bucket
from caretaker.core.store.table import Table
from caretaker.demo.slack import SlackEndpoint
from caretaker.local.aws import LocalAws
from tests.databases import run
from tests.postgres import PostgresServer, postgres_server
from tests.processes import words
from tests.servers import Behaviour, reply, serve
from tests.soak.clock import Clock

_YAML = """
environment: soak
uptime:
  defaults: {timeout: 2s, slow: 1.5s, severity: critical, recheck: {times: 1, over: 1s}}
  targets:
    - {name: page, url: "PAGE"}
    - {name: api, url: "API", expect: {json: {services.database: healthy}}}
backup:
  databases:
    - {name: main, url: "${ssm:caretaker/soak/backup/main}", rpo: 26h}
  retention: {daily: 7d, emergency: 14d, keep_last: 3}
alerts:
  channels:
    - {name: slack, slack: "${ssm:caretaker/soak/alerts/slack}"}
    - {name: email, sns: AlertTopic}
  routes: {critical: [slack], high: [slack], medium: [slack], low: []}
"""
ROWS = 2_000


@dataclass
class World:
    """Everything that takes part; ``down`` names the targets that are."""

    aws: LocalAws
    clock: Clock
    server: PostgresServer
    slack: "_Slack"
    down: set[str]
    killed: list[str] = field(default_factory=list)

    @property
    def table(self) -> Table:
        """Caretaker's table."""
        return Table(self.aws.client("dynamodb"), self.aws.variables("uptime")["CARETAKER_TABLE"])

    @property
    def bucket(self) -> Bucket:
        """The bucket of the backups."""
        return Bucket(self.aws.client("s3"), self.aws.variables("backup")["CARETAKER_BUCKET"])

    def tick(self, at: datetime, *, late: timedelta = timedelta(seconds=2), kill: str = "", after: float = 0.0) -> None:
        """Let what is scheduled for this minute take place, and everything that comes of it.

        ``kill`` is a function whose process is killed so many seconds later.
        """
        self.clock.set(at + late)
        with self._killing(kill, after) if kill else nullcontext():
            self.aws.tick(at)
            self.aws.drain(180)

    def let_in(self, *, allowed: bool) -> None:
        """Let the backup's role into the database, or not."""
        run(self.server, "postgres", f"alter role keeper {'login' if allowed else 'nologin'}")

    @contextmanager
    def _killing(self, function: str, after: float) -> Iterator[None]:
        """Kill a process of a function meanwhile, if there is one then."""

        def kill() -> None:
            time.sleep(after)
            for process in psutil.Process(self.aws._process.pid).children():
                if any(part.endswith(f"artifacts/{function}") for part in words(process)):
                    process.kill()
                    self.killed.append(function)
                    return

        thread = threading.Thread(target=kill)
        thread.start()
        yield
        thread.join()


@contextmanager
def world(folder: Path, begin: datetime) -> Iterator[World]:
    """Let the world begin at this moment; who may pass through the folder's parents may read its clock."""
    folder.chmod(0o755)  # PostgreSQL runs as somebody else, and reads the clock too
    clock = Clock(folder)
    clock.set(begin)
    down: set[str] = set()
    with ExitStack() as ending:
        page = ending.enter_context(serve(_answer("page", down)))
        api = ending.enter_context(serve(_answer("api", down)))
        slack = ending.enter_context(_Slack(down))
        config = folder / "caretaker.yaml"
        config.write_text(_YAML.replace("PAGE", page.url()).replace("API", api.url()), "utf-8")
        with clock.over_programs():
            server = ending.enter_context(postgres_server(18))
        [(now,)] = run(server, "postgres", "select now()")
        assert abs(now - begin) < timedelta(hours=1), "PostgreSQL has another clock"
        run(server, "postgres", "create role keeper login superuser password 'sup3r/s3cret'")
        run(server, "postgres", f"create table orders as select n, md5(n::text) from generate_series(1, {ROWS}) n")
        with clock.over_local_aws():
            aws = ending.enter_context(LocalAws(config, parameters={"Environment": "soak"}))
        for bucket in aws.client("s3").list_buckets()["Buckets"]:
            assert abs(bucket["CreationDate"] - begin) < timedelta(hours=1), "the local AWS has another clock"
        for name, value in (("backup/main", server.url("keeper")), ("alerts/slack", slack.webhook)):
            aws.client("ssm").put_parameter(Name=f"/caretaker/soak/{name}", Value=value, Type="SecureString")
        yield World(aws, clock, server, slack, down)


class _Slack(SlackEndpoint):
    """A Slack that is away while ``down`` holds ``slack``."""

    def __init__(self, down: set[str]) -> None:
        super().__init__()
        self._down = down
        self.asked = 0  # how often something was sent here, whether it was taken or not

    def receive(self, path: str, body: bytes) -> tuple[HTTPStatus, str]:
        self.asked += 1
        if "slack" in self._down:
            return HTTPStatus.SERVICE_UNAVAILABLE, "service_unavailable"
        return super().receive(path, body)


def _answer(target: str, down: set[str]) -> Behaviour:
    well, ill = reply(json.dumps({"services": {"database": "healthy"}}).encode()), reply(b"", "503 Service Unavailable")

    def behave(connection: socket.socket, head: bytes) -> None:
        (ill if target in down else well)(connection, head)

    return behave
