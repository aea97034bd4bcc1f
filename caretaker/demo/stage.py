"""The stage of the demo: the shop with its database, Caretaker on a local AWS, and a Slack that listens."""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from caretaker.core.store import history
from caretaker.core.store.table import Table
from caretaker.demo.authority import issue
from caretaker.demo.command import Said, run_command
from caretaker.demo.configuration import DATABASE_PARAMETER, ENVIRONMENT, WEBHOOK_PARAMETER, write_configuration
from caretaker.demo.database import ShopDatabase
from caretaker.demo.seen import Look, Run
from caretaker.demo.shop import Shop
from caretaker.demo.slack import SlackEndpoint
from caretaker.demo.story import Scene
from caretaker.local.aws import Answer, LocalAws
from caretaker.local.functions.logs import Line
from caretaker.local.postgres import postgres_server
from functions.verify.leftovers import remove_leftovers
from layers.postgres.layer import layer

_POSTGRES = 18
_DRILLS = Path("/tmp")  # noqa: S108 - where drills are held
_LONGEST = 120.0  # seconds for all that a scheduled run leads to: a backup, its drill


class Stage:
    """Everything that takes part in the demo, from entering to leaving a ``with`` block.

    Nothing but time is played: the schedules of template.yaml start the functions, which run from
    their artifacts, and what they do reaches the table, the topic and Slack through their own code.
    ``say`` is told what takes long.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="caretaker-demo-")))
            certificates = issue(self._folder)
            self.shop = stack.enter_context(Shop(certificates))
            self.slack = stack.enter_context(SlackEndpoint())
            programs = layer("host", self._say) / "postgres"
            server = stack.enter_context(postgres_server(programs, _POSTGRES, secrets.token_urlsafe(18)))
            self.database = ShopDatabase(server, secrets.token_urlsafe(18))
            self.database.make()
            configuration = write_configuration(self._folder, url=self.shop.url, authority=certificates.authority)
            stack.callback(remove_leftovers, _DRILLS, time.sleep)  # of a drill that is ended in its midst
            parameters = {"Environment": ENVIRONMENT}
            self.aws = stack.enter_context(LocalAws(configuration, parameters=parameters, say=self._say))
            for name, value in ((WEBHOOK_PARAMETER, self.slack.webhook), (DATABASE_PARAMETER, self.database.url)):
                self.aws.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString")
            self._ending = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.close()

    def play(self, scene: Scene, at: datetime) -> Run:
        """Let the scheduled run of this minute take place, and return all that came of it."""
        messages, published = len(self.slack.messages), len(self.aws.published())
        if scene.change is not None:
            scene.change(self.shop)
        ticks = []
        for _ in range(2 if scene.twice else 1):
            ticks.append(self.aws.tick(at))
            self.aws.drain(_LONGEST)
        answers = [answer for answers in ticks for answer in answers.values()]
        return Run(
            at=at,
            looks=tuple(self._looks(at, ticks[0]["uptime"])),
            told=frozenset(said for answers in ticks for said in _told(answers["uptime"])),
            slack=self.slack.messages[messages:],
            subjects=tuple(one.subject for one in self.aws.published()[published:]),
            errors=tuple(answer.error for answer in answers if answer.failed),
        )

    def command(self, *arguments: str, columns: int) -> Said:
        """Run ``caretaker`` as a person does who knows the database's password."""
        variables = self.aws.environment | {"PGPASSWORD": self.database.password, "TMPDIR": str(self._folder)}
        return run_command(arguments, variables, columns=columns)

    def calls(self) -> dict[str, int]:
        """Return how many calls of AWS APIs each function has made so far."""
        counted: dict[str, int] = {}
        for call in self.aws.calls:
            if call.function:
                counted[call.function] = counted.get(call.function, 0) + 1
        return counted

    def _looks(self, at: datetime, answer: Answer) -> Iterator[Look]:
        complaints = dict(_complaints(answer.logs))
        table = Table(self.aws.client("dynamodb"), self.aws.variables("uptime")["CARETAKER_TABLE"])
        for run in history.runs(table, "uptime", at, at, at + timedelta(minutes=1)):
            for row in run.rows:
                codes = ("blip", *row.codes) if row.is_blip else row.codes
                yield Look(row.name, row.status, row.milliseconds, codes, complaints.get(f"uptime/{row.name}", ""))


def _told(answer: Answer) -> list[str]:
    payload: Mapping[str, Any] = answer.payload if isinstance(answer.payload, dict) else {}
    told: list[str] = payload.get("told", [])
    return told


def _complaints(logs: Iterable[Line]) -> Iterator[tuple[str, str]]:
    for line in logs:
        if isinstance(line, dict) and line.get("event_type") == "check":
            yield line["check"], line["message"]
