"""``caretaker local`` and ``caretaker invoke``, run as people run them."""

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import boto3
import psutil
import pytest

from caretaker.local.aws import LocalAws
from tests.forks import ROOT, forked
from tests.processes import words
from tests.unit.cli.processes import COMMAND

CONFIG = """
environment: staging
uptime:
  targets:
    - {name: api, url: "https://api.example.com/health"}
alerts:
  channels: [{name: email, sns: AlertTopic}]
  routes: {critical: [email]}
"""


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | more


def run(*arguments: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    return forked(arguments, environment(**variables), ROOT, given)


@contextmanager
def serving(config: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Start ``caretaker local`` and wait until it says that it is ready; give what it says to export."""
    command = [*COMMAND, "local", "--port", "0", "--config", str(config)]
    process = subprocess.Popen(
        command, env=environment(AWS_PROFILE="nobody"), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        exports = {}
        for line in process.stdout:
            if found := re.match(r"\s+export (\w+)=(\S+)", line):
                exports[found[1]] = found[2]
            if "is ready on" in line:
                assert exports["AWS_ENDPOINT_URL"] in line
                break
        yield process, exports
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "caretaker.yaml"
    path.write_text(CONFIG)
    return path


def test_local_serves_the_real_template_as_soon_as_it_is_ready_until_ctrl_c(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(config) as (process, exports):
        for name, value in exports.items():
            monkeypatch.setenv(name, value)
        (stack,) = boto3.Session().client("cloudformation").describe_stacks()["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        functions = boto3.Session().client("lambda")
        uptime = functions.get_function_configuration(FunctionName=outputs["UptimeFunctionName"])
        (server,) = (child for child in psutil.Process(process.pid).children() if "server" in " ".join(words(child)))

        os.killpg(process.pid, signal.SIGINT)

        assert process.wait(timeout=20) == 0
        assert not psutil.pid_exists(server.pid)
    assert {"UptimeFunctionName", "NotifyFunctionName"} <= outputs.keys()
    assert uptime["Environment"]["Variables"]["CARETAKER_ENVIRONMENT"] == "staging"


def test_a_taken_port_is_named(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        found = run("local", "--port", port, "--config", str(config))

    assert found.returncode == 2
    assert f"port {port} of 127.0.0.1 is taken" in found.stderr


def test_mistakes_of_a_configuration_are_shown(config: Path) -> None:
    config.write_text(CONFIG.replace("targets", "tragets"))

    found = run("local", "--port", "0", "--config", str(config))

    assert found.returncode == 2
    assert "tragets" in found.stderr
    assert "Traceback" not in found.stderr


def test_invoke_prints_what_the_function_answers(aws: LocalAws) -> None:
    found = run("invoke", "probe", "--event", '{"ünï": 1}', **aws.environment)

    assert (found.returncode, json.loads(found.stdout)) == (0, {"ünï": 1})


def test_invoke_takes_the_event_from_its_input(aws: LocalAws) -> None:
    found = run("invoke", "probe", "--event", "-", given='{"a": 1}', **aws.environment)

    assert json.loads(found.stdout) == {"a": 1}


def test_invoke_needs_no_credentials_for_this_machine(aws: LocalAws) -> None:
    found = run("invoke", "probe", "--endpoint-url", aws.endpoint_url, "--event", "{}")

    assert (found.returncode, found.stdout) == (0, "{}\n")


def test_invoke_says_that_it_was_scheduled_for_now(aws: LocalAws) -> None:
    found = run("invoke", "probe", **aws.environment)

    age = datetime.now(UTC) - datetime.fromisoformat(json.loads(found.stdout)["scheduled_at"])
    assert 0 <= age.total_seconds() < 30


def test_invoke_ends_with_1_when_the_function_failed(aws: LocalAws) -> None:
    found = run("invoke", "probe", "--event", '{"do": "fail", "because": "of this"}', **aws.environment)

    assert found.returncode == 1
    assert json.loads(found.stdout)["errorMessage"] == "of this"
    assert "probe failed" in found.stderr


def test_invoke_names_the_known_functions(aws: LocalAws) -> None:
    found = run("invoke", "prob", **aws.environment)

    assert found.returncode == 2
    assert "there is no function 'prob'; the stack has: probe, reader" in found.stderr


def test_invoke_refuses_an_event_that_is_no_json() -> None:
    found = run("invoke", "probe", "--event", "{", "--endpoint-url", "http://127.0.0.1:1")

    assert found.returncode == 2
    assert "the event is not JSON" in found.stderr


def test_invoke_says_when_nothing_answers() -> None:
    found = run("invoke", "probe", "--event", "{}", "--endpoint-url", "http://127.0.0.1:1")

    assert found.returncode == 2
    assert "is caretaker local running there?" in found.stderr
    assert "Traceback" not in found.stderr


def test_invoke_names_a_stack_that_is_not_there(aws: LocalAws) -> None:
    found = run("invoke", "probe", "--stack", "other", **aws.environment)

    assert found.returncode == 2
    assert "other" in found.stderr
