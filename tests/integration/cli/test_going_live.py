"""Secrets stored and a deployment tried out, with the command, on the local AWS."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from caretaker.local.aws import LocalAws
from caretaker.local.endpoint.records import Call
from tests.conftest import StartLocalAws
from tests.forks import ROOT, forked
from tests.servers import reply, serve
from tests.template.github import allowed_to_run

CONFIGURATION = """
environment: production
uptime:
  defaults: {recheck: 0}
  targets:
    - {name: api, url: "http://127.0.0.1:9/", headers: {X-Key: "${secret:caretaker/production/uptime/key}"}}
alerts:
  channels:
    - {name: quiet, slack: "${ssm:caretaker/production/alerts/quiet}"}
    - {name: loud, slack: "${ssm:caretaker/production/alerts/loud}"}
    - {name: email, sns: AlertTopic}
  routes: {critical: [loud], high: [loud], medium: [quiet, email], low: []}
"""


@dataclass
class Slack:
    """Two webhooks: what each was sent, and whether the quiet one refuses."""

    quiet: list[str]
    loud: list[str]
    refuses: bool = False

    def __call__(self, connection: Any, head: bytes) -> None:
        rest = head.partition(b"\r\n\r\n")[2]
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(rest) < length:
            rest += connection.recv(65536)
        (self.quiet if b"/quiet" in head.split(b"\r\n")[0] else self.loud).append(json.loads(rest)["text"])
        reply(b"no_service", "404 Not Found")(connection, head) if self.refuses else reply(b"ok")(connection, head)


@dataclass
class Account:
    """An AWS account, the Slack beside it, and the file that refers to both."""

    aws: LocalAws
    slack: Slack
    url: str
    config: Path

    def caretaker(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as a person would, who types this into its standard input."""
        variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        complete = [*arguments, "--config", str(self.config)]
        return forked(complete, variables | self.aws.environment, self.config.parent, typed)


@pytest.fixture(scope="module")
def account(local_aws: StartLocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    slack = Slack([], [])
    config = tmp_path_factory.mktemp("live") / "caretaker.yaml"
    config.write_text(CONFIGURATION, "utf-8")
    with ExitStack() as servers:
        server = servers.enter_context(serve(slack))
        yield Account(local_aws(config), slack, server.url(), config)


@dataclass(frozen=True)
class Smoked:
    """A smoke test of an account that has everything: what it said, what Slack was told, and all calls meanwhile."""

    done: subprocess.CompletedProcess[str]
    quiet: list[str]
    loud: list[str]
    calls: list[Call]


@pytest.fixture(scope="module")
def smoked(account: Account) -> Smoked:
    begin(account)
    everything_is_stored(account)
    account.aws.forget()
    done = account.caretaker("smoke")
    return Smoked(done, list(account.slack.quiet), list(account.slack.loud), account.aws.calls)


def begin(account: Account) -> None:
    """Empty the account, and let Slack have heard nothing."""
    account.aws.reset()
    account.slack.quiet.clear()
    account.slack.loud.clear()
    account.slack.refuses = False


@pytest.fixture(autouse=True)
def empty(account: Account, request: pytest.FixtureRequest) -> None:
    if "smoked" not in request.fixturenames:
        begin(account)


def values(account: Account) -> dict[str, str]:
    return {
        "alerts/quiet": f"{account.url}services/quiet",
        "alerts/loud": f"{account.url}services/loud",
        "uptime/key": "s3cret-value",
    }


def everything_is_stored(account: Account) -> None:

    for name, value in values(account).items():
        if name.startswith("alerts/"):
            parameters = account.aws.client("ssm")
            parameters.put_parameter(Name=f"/caretaker/production/{name}", Value=value, Type="SecureString")
        else:
            secrets = account.aws.client("secretsmanager")
            secrets.create_secret(Name=f"caretaker/production/{name}", SecretString=value)


def test_what_is_missing_is_listed_until_it_is_stored(account: Account) -> None:
    before = account.caretaker("secret", "list")
    for name, value in values(account).items():
        done = account.caretaker("secret", "set", name, typed=f"{value}\n")
        assert done.returncode == 0, done.stderr
        assert value not in done.stdout + done.stderr
    after = account.caretaker("secret", "list")

    assert (before.returncode, before.stdout.count("missing")) == (1, 3)
    assert "caretaker secret set caretaker/production/alerts/loud" in before.stderr
    assert (after.returncode, after.stdout.count("is there")) == (0, 3)


def test_a_secret_is_stored_where_the_functions_read_it_encrypted_and_can_be_replaced(account: Account) -> None:
    everything_is_stored(account)
    for name in ("alerts/quiet", "uptime/key"):
        assert account.caretaker("secret", "set", name, typed="another").returncode == 0

    parameter = account.aws.client("ssm").get_parameter(Name="/caretaker/production/alerts/quiet", WithDecryption=True)[
        "Parameter"
    ]
    kept = account.aws.client("secretsmanager").get_secret_value(SecretId="caretaker/production/uptime/key")

    assert (parameter["Type"], parameter["Value"]) == ("SecureString", "another")
    assert kept["SecretString"] == "another"


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("caretaker/production/alerts/lout", "x", "Did you mean caretaker/production/alerts/loud?"),
        ("alerts/loud", "\n", "the value is empty"),
        ("alerts/loud", "one\ntwo", "several lines"),
        ("alerts/loud", "v" * 4097, "longer than 4096 characters"),
    ],
)
def test_what_cannot_be_stored_is_refused_in_a_sentence(account: Account, name: str, typed: str, said: str) -> None:
    done = account.caretaker("secret", "set", name, typed=typed)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert account.caretaker("secret", "list").stdout.count("missing") == 3


def test_a_secret_typed_at_a_terminal_is_not_shown(account: Account) -> None:
    leader, follower = os.openpty()
    program = "from caretaker.cli.main import main; main()"
    arguments = ["secret", "set", "alerts/loud", "--config", str(account.config)]
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=os.environ | account.aws.environment | {"PYTHONPATH": str(ROOT)},
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    ) as running:
        os.close(follower)
        shown = b""
        while b"Value of" not in shown:
            shown += os.read(leader, 1000)
        os.write(leader, b"s3cret-typed\n")
        while b"is stored." not in shown:
            shown += os.read(leader, 1000)
        running.wait(30)
    os.close(leader)

    assert b"s3cret-typed" not in shown
    assert account.aws.client("ssm").get_parameter(Name="/caretaker/production/alerts/loud")["Parameter"]


def test_a_smoke_test_runs_every_function_and_sees_an_alert_and_its_end_delivered(
    account: Account, smoked: Smoked
) -> None:
    done = smoked.done

    assert done.returncode == 0, done.stdout + done.stderr
    for function in account.aws.description["functions"]:
        assert f"{function} ran in " in done.stdout
    assert "quiet was told\n" in done.stdout
    assert "email was told\n" in done.stdout
    alert, end = [text for text in smoked.quiet if "test alert" in text]
    assert alert == "*MEDIUM: the test alert of caretaker has arrived, and nothing is wrong*"
    assert end.startswith("*The test alert of caretaker is over")
    assert not [text for text in smoked.loud if "test alert" in text]


@pytest.mark.slow
def test_a_smoke_test_fails_if_somebody_is_not_told(account: Account) -> None:
    everything_is_stored(account)
    account.slack.refuses = True

    done = account.caretaker("smoke", "--seconds", "5")

    assert done.returncode == 1
    assert "quiet was not told: failed after 1 attempts" in done.stdout
    assert "email was told" in done.stdout


@pytest.mark.slow
def test_a_smoke_test_fails_if_a_function_fails_and_names_it(account: Account) -> None:
    everything_is_stored(account)
    account.aws.faults.add(service="dynamodb", function="cert_check", error="AccessDeniedException", times=50)
    try:
        done = account.caretaker("smoke")
    finally:
        account.aws.faults.clear()

    assert done.returncode == 1
    assert "cert_check failed: " in done.stdout
    assert "uptime ran in " in done.stdout


def test_a_configuration_that_tells_nobody_cannot_pass(account: Account, tmp_path: Path) -> None:
    config = tmp_path / "caretaker.yaml"
    nobody = CONFIGURATION.replace("[loud]", "[]").replace("[quiet, email]", "[]")
    config.write_text(nobody, "utf-8")

    done = Account(account.aws, account.slack, account.url, config).caretaker("smoke")

    assert done.returncode == 2
    assert "caretaker.yaml tells nobody of anything" in done.stderr


def test_a_smoke_test_calls_only_what_githubs_role_may(smoked: Smoked) -> None:
    called = {f"{call.service}:{call.action}" for call in smoked.calls if not call.function}

    assert {"lambda:InvokeFunction", "dynamodb:PutItem"} <= called <= allowed_to_run()
