"""The whole way on the local AWS, with the functions' own artifacts: a look, a state, a message; and failing calls."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from caretaker.local.aws import Answer, LocalAws
from tests.authority import SIGNS, Authority
from tests.conftest import StartLocalAws
from tests.presenting import Presenting, presenting
from tests.servers import Server, reply, send, serve

KEY = "s3cret-api-key"
CONFIGURATION = """
environment: production
uptime:
  defaults: {{recheck: 0, timeout: 2s}}
  controls: ["http://127.0.0.1:{web}/one", "http://localhost:{web}/two"]
  heartbeat: http://127.0.0.1:{heart}/ping
  targets:
    - name: api
      url: http://127.0.0.1:{web}/health
      headers: {{X-Api-Key: "${{ssm:caretaker/production/uptime/key}}"}}
      expect: {{json: {{status: healthy}}}}
      depends_on: [mail]
    - {{name: mail, tcp: "127.0.0.1:{mail}", expect: {{banner: "220 *"}}}}
certificates:
  defaults: {{recheck: 0, timeout: 2s}}
  targets: [{{name: shop, host: 127.0.0.1, port: {secure}, server_name: shop.example.com, ca: ca.pem}}]
alerts:
  channels:
    - {{name: alerts, slack: "${{ssm:caretaker/production/alerts/slack}}"}}
    - {{name: email, sns: AlertTopic}}
  routes: {{critical: [alerts, email], high: [alerts], medium: [alerts]}}
  runbooks: https://git.example.com/runbooks
"""


NOW = datetime.now(UTC)  # the functions look at the clock
CA = Authority("Test CA", usage=SIGNS)


def served(days: float) -> Presenting:
    """Return a server whose certificate ends in so many days."""
    begin, end = NOW - timedelta(days=10), NOW + timedelta(days=days)
    return presenting(CA, name="shop.example.com", begin=begin, end=end)


@dataclass
class Product:
    """What is watched, and the Slack that hears of it."""

    healthy: bool = True
    greeting: bytes = b"220 ready\r\n"
    certificate: Presenting = field(default_factory=lambda: served(days=60))
    said: list[str] = field(default_factory=list)

    def present(self, connection: Any, head: bytes) -> None:
        self.certificate(connection, head)

    def answer(self, connection: Any, head: bytes) -> None:
        body = {"status": "healthy" if self.healthy else "ill", "secret": KEY}
        reply(json.dumps(body).encode())(connection, head)

    def greet(self, connection: Any, head: bytes) -> None:
        send(self.greeting)(connection, head)

    def listen(self, connection: Any, head: bytes) -> None:
        rest = head.partition(b"\r\n\r\n")[2]
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(rest) < length:
            rest += connection.recv(65536)
        self.said.append(json.loads(rest)["text"].strip("*"))
        reply()(connection, head)


@dataclass
class Stack:
    """The deployed stack and its world; runs come at times of their own."""

    aws: LocalAws
    product: Product
    slack: Server
    heart: Server
    at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0, second=0))

    def begin(self) -> None:
        """Begin again with an empty stack."""
        self.aws.reset()
        self.product.healthy, self.product.greeting = True, b"220 ready\r\n"
        self.product.certificate = served(days=60)
        self.product.said.clear()
        parameters = self.aws.client("ssm")
        for name, value in (("uptime/key", KEY), ("alerts/slack", self.slack.url("/services/T0/B0/HookSecret"))):
            parameters.put_parameter(Name=f"/caretaker/production/{name}", Value=value, Type="SecureString")

    def run(self) -> Answer:
        """Let the next scheduled run take place, and all that follows from it."""
        self.at += timedelta(minutes=5)
        return self.again()

    def again(self) -> Answer:
        """Deliver the same event once more."""
        answer = self.aws.invoke("uptime", {"scheduled_at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}"})
        self.aws.drain()
        return answer

    def sweep(self) -> None:
        """Let notify look for what is left over."""
        self.aws.invoke("notify", {"scheduled_at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}", "sweep": True})
        self.aws.drain()

    def still_due(self) -> int:
        """Return how many messages are still to be sent."""
        items = self.aws.client("dynamodb").scan(TableName=self.table)["Items"]
        return sum(item["pk"]["S"].startswith("DELIVERY#") and "due" in item for item in items)

    @property
    def table(self) -> str:
        return self.aws.variables("uptime")["CARETAKER_TABLE"]

    def subjects(self) -> list[str]:
        return [one.subject for one in self.aws.published()]


@pytest.fixture(scope="module")
def stack(local_aws: StartLocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    product = Product()
    with ExitStack() as servers:
        web = servers.enter_context(serve(product.answer))
        mail = servers.enter_context(serve(product.greet, reads=False))
        slack = servers.enter_context(serve(product.listen))
        heart = servers.enter_context(serve(reply()))
        secure = servers.enter_context(serve(product.present, reads=False))
        config = tmp_path_factory.mktemp("stack") / "caretaker.yaml"
        ports = {"web": web.port, "mail": mail.port, "secure": secure.port, "heart": heart.port}
        config.write_text(CONFIGURATION.format(**ports), "utf-8")
        config.with_name("ca.pem").write_text(CA.pem, "utf-8")
        yield Stack(local_aws(Path(config)), product, slack, heart)


def test_an_outage_and_its_recovery_reach_people_once(stack: Stack) -> None:
    stack.begin()
    assert stack.run().payload["ok"] == 2
    stack.product.healthy = False
    for _ in range(3):
        stack.run()
        stack.again()
    stack.product.healthy = True
    stack.run()
    assert stack.product.said == ["CRITICAL: api is down", "api has recovered after 15 min"]
    assert stack.subjects() == [f"{said} [production]" for said in stack.product.said]
    opened, resolved = (one.message for one in stack.aws.published())
    assert "https://git.example.com/runbooks/uptime.md#json-mismatch" in opened
    assert "runbooks" not in resolved


def test_what_depends_on_something_bad_is_silent_until_it_is_bad_alone(stack: Stack) -> None:
    stack.begin()
    stack.product.healthy, stack.product.greeting = False, b"554 no\r\n"
    stack.run()
    stack.run()
    assert stack.product.said == ["CRITICAL: mail is down"]
    stack.product.greeting = b"220 ready\r\n"
    stack.run()
    assert sorted(stack.product.said[1:]) == ["CRITICAL: api is down", "mail has recovered after 10 min"]


def test_a_certificate_that_has_expired_is_told_by_its_schedule_and_so_is_its_renewal(stack: Stack) -> None:
    stack.begin()
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    at = now + timedelta(minutes=(2 - now.minute) % 5)  # as the template schedules it
    stack.product.certificate = served(days=-1)
    answers = stack.aws.tick(at)
    stack.aws.drain()
    assert list(answers) == ["cert_check"]
    assert answers["cert_check"].payload["down"] == 1
    assert stack.product.said == ["HIGH: the certificate of shop is refused"]
    stack.product.certificate = served(days=60)
    assert stack.aws.tick(at + timedelta(minutes=5))["cert_check"].payload["ok"] == 1
    stack.aws.drain()
    assert stack.product.said[1:] == ["The certificate of shop is in order again after 5 min"]
    shown = command(stack, "status").stdout
    assert re.search(r"^shop +ok +\S+ +60 days +\d{4}-\d\d-\d\d ", shown, re.MULTILINE), shown
    assert max(map(len, shown.splitlines())) <= 80
    (shop,) = json.loads(command(stack, "status", "--json").stdout)["checks"]
    assert (shop["check"], shop["not_after"]) == ("cert/shop", f"{NOW + timedelta(days=60):%Y-%m-%dT%H:%M:%SZ}")
    renewals = json.loads(command(stack, "incidents", "cert/shop", "--json").stdout)["timeline"]
    assert [one["what"] for one in renewals] == ["renewed"]
    assert " was replaced by " in renewals[0]["text"]
    unknown = command(stack, "incidents", "cert/other")
    assert (unknown.returncode, "no renewal of the certificate of cert/other" in unknown.stderr) == (2, True)


def test_a_healthy_run_makes_few_calls(stack: Stack) -> None:
    stack.begin()
    stack.run()
    stack.aws.forget()
    stack.run()
    calls = [f"{call.service}:{call.action}" for call in stack.aws.calls if call.function == "uptime"]
    assert sorted(calls) == ["dynamodb:PutItem", *["dynamodb:Query"] * 4, "ssm:GetParameters"]


@pytest.mark.parametrize(
    ("error", "after"),
    [
        ("drop", True),
        pytest.param("drop", False, marks=pytest.mark.slow),
        pytest.param("ThrottlingException", False, marks=pytest.mark.slow),
        pytest.param("ThrottlingException", True, marks=pytest.mark.slow),
    ],
)
def test_whatever_call_fails_nothing_is_lost_and_nothing_comes_twice(stack: Stack, error: str, after: bool) -> None:
    position = 0
    while True:
        stack.begin()
        stack.run()
        stack.product.healthy = False
        # Longer than the client tries again: the function sees it.
        stack.aws.faults.add(error=error, skip=position, times=4, after=after)
        first = stack.run()
        stack.aws.faults.clear()
        if first.failed:
            stack.again()
        stack.run()
        for _ in range(2):
            stack.sweep()
        stack.product.healthy = True
        stack.run()
        stack.sweep()
        # A sender that died holds its lease for longer than this test lasts: its message is due, not lost.
        assert any("recovered" in said for said in stack.product.said) or stack.still_due(), position
        assert stack.product.said.count("CRITICAL: api is down") <= 1, (position, stack.product.said)
        if position >= 8:
            break
        position += 4


def test_logs_are_structured_and_metrics_are_counted(stack: Stack) -> None:
    stack.begin()
    stack.product.healthy = False
    stack.run()
    lines = stack.aws.logs("uptime") + stack.aws.logs("notify")
    values = [line for line in lines if isinstance(line, dict)]
    assert {"check", "run"} <= {str(line.get("event_type")) for line in values}
    measured = {name for line in values if "_aws" in line for name in line}
    assert measured == {"_aws", "ChecksFailed", "OldestUnsent"}


def test_somebody_outside_hears_of_every_run(stack: Stack) -> None:
    stack.begin()
    stack.heart.requests.clear()
    stack.run()
    assert [request.split()[1] for request in stack.heart.requests] == [b"/ping/start", b"/ping"]

    stack.heart.requests.clear()
    stack.aws.faults.add("dynamodb", "Query", error="AccessDeniedException", function="uptime", times=10)
    assert stack.run().failed
    assert [request.split()[1] for request in stack.heart.requests] == [b"/ping/start", b"/ping/fail"]
    stack.aws.faults.clear()


def test_no_secret_is_in_logs_messages_the_table_or_answers(stack: Stack) -> None:
    stack.begin()
    stack.product.healthy = False
    answer = stack.run()
    table = stack.aws.client("dynamodb").scan(TableName=stack.table)
    seen = [
        answer.payload,
        stack.aws.logs("uptime"),
        stack.aws.logs("notify"),
        stack.product.said,
        stack.aws.published(),
    ]
    everything = repr(seen) + repr(table["Items"])
    assert KEY not in everything
    assert "HookSecret" not in everything


def command(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "caretaker.cli.main", *arguments],
        env=variables | stack.aws.environment | {"COLUMNS": "80"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def run_now(stack: Stack, seconds_ago: int) -> None:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    stack.aws.invoke("uptime", {"scheduled_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
    stack.aws.drain()


def test_status_and_incidents_tell_what_happened(stack: Stack, tmp_path: Path) -> None:
    stack.begin()
    run_now(stack, 230)
    healthy = command(stack, "status")
    assert healthy.returncode == 0, healthy.stderr
    stack.product.healthy = False
    run_now(stack, 120)
    shown = command(stack, "status")
    assert shown.returncode == 1
    assert 'uptime/api: status is "ill"' in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    (api,) = [one for one in json.loads(command(stack, "status", "--json").stdout)["checks"] if one["incident"]]
    assert (api["check"], api["status"]) == ("uptime/api", "down")
    assert api["uptime"]["24h"] < 1
    stack.product.healthy = True
    run_now(stack, 1)

    listed = command(stack, "incidents")
    assert listed.returncode == 0, listed.stderr
    assert api["incident"] in listed.stdout
    assert max(map(len, listed.stdout.splitlines())) <= 80
    report = tmp_path / "report.md"
    assert command(stack, "incidents", api["incident"], "--markdown", str(report)).returncode == 0
    for said in ("| opened |", "| resolved |", "| told | alerts, opened: sent |", "; lasted "):
        assert said in report.read_text("utf-8")
    nearly = command(stack, "incidents", api["incident"][:-1])
    assert nearly.returncode == 2
    assert f"Did you mean {api['incident']}?" in nearly.stderr
    assert KEY not in shown.stdout + listed.stdout + report.read_text("utf-8")


def test_a_stack_that_is_not_there_is_told_in_a_sentence(stack: Stack) -> None:
    done = command(stack, "status", "--stack", "nothing-here")
    assert done.returncode == 2
    assert "nothing-here" in done.stderr
    assert "Traceback" not in done.stderr
