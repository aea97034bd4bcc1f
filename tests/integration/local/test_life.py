"""How a local AWS begins and ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from caretaker.local.aws import LocalAws
from caretaker.local.errors import LocalAwsError, PortTaken, TemplateError
from tests.integration.local.conftest import TEMPLATE

_HOLDER = """
import sys, time
from pathlib import Path
from caretaker.local.aws import LocalAws
template, *folders = sys.argv[1:]
artifacts = dict(zip(("probe", "single", "broken", "reader"), map(Path, folders)))
with LocalAws(template=Path(template), artifacts=artifacts) as aws:
    process = aws.invoke("probe", {"do": "process"}).payload
    temporary = aws.invoke("probe", {"do": "temporary"}).payload[0]
    print(aws._process.pid, process, temporary, flush=True)
    time.sleep(60)
"""


def test_it_listens_on_loopback_only(shared_aws: LocalAws) -> None:
    addresses = {
        connection.laddr.ip
        for connection in psutil.Process(shared_aws._process.pid).net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }

    assert addresses == {"127.0.0.1"}


def test_a_taken_port_is_named(artifacts: Mapping[str, Path]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} of 127.0.0.1 is taken"):
            LocalAws(port=port, template=TEMPLATE, artifacts=artifacts).__enter__()


def test_a_variable_that_cannot_be_resolved_is_named(tmp_path: Path, artifacts: Mapping[str, Path]) -> None:
    template = changed(tmp_path, "!GetAtt Table.Arn", "!GetAtt Table.Colour")

    with pytest.raises(TemplateError, match="Probe's variable TABLE_ARN cannot be resolved: Table has no attribute"):
        LocalAws(template=template, artifacts=artifacts).__enter__()


def test_an_unknown_function_is_answered_with_the_known_ones(shared_aws: LocalAws) -> None:
    with pytest.raises(LocalAwsError, match="no function nobody; there are: probe, single, broken, reader"):
        shared_aws.invoke("nobody", {})


def test_what_is_not_served_is_said(shared_aws: LocalAws) -> None:
    assert shared_aws.description["left_out"] == {"Alarm": "AWS::CloudWatch::Alarm"}


def test_a_tick_starts_what_is_scheduled_for_that_minute(aws: LocalAws) -> None:
    five_past = datetime(2026, 11, 21, 2, 5, tzinfo=UTC)

    assert aws.tick(five_past)["probe"].payload == {"scheduled_at": "2026-11-21T02:05:00Z"}
    assert aws.tick(five_past.replace(minute=6)) == {}


def test_a_reset_leaves_nothing(aws: LocalAws) -> None:
    table, process = aws.variables("probe")["TABLE"], aws.invoke("probe", {"do": "process"}).payload
    aws.client("ssm").put_parameter(Name="/a", Value="b", Type="String")
    aws.client("sns").publish(TopicArn=aws.variables("probe")["TOPIC"], Message="m")
    aws.faults.add(error="ThrottlingException", times=0)

    aws.reset()

    assert aws.client("ssm").get_parameters(Names=["/a"])["InvalidParameters"] == ["/a"]
    assert aws.variables("probe")["TABLE"] != table
    assert (aws.published(), aws.logs("probe")) == ([], [])
    assert aws.invoke("probe", {"do": "process"}).payload != process


@pytest.fixture(scope="module")
def other(artifacts: Mapping[str, Path]) -> Iterator[LocalAws]:
    """Another local AWS, which has a parameter."""
    with LocalAws(template=TEMPLATE, artifacts=artifacts, parameters={"Email": "who@example.com"}) as aws:
        yield aws


def test_two_do_not_disturb_each_other(shared_aws: LocalAws, other: LocalAws) -> None:
    table = other.variables("probe")["TABLE"]
    other.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})

    assert table not in shared_aws.client("dynamodb").list_tables()["TableNames"]
    assert other.port != shared_aws.port
    assert [call for call in shared_aws.calls if table in call.resources] == []


def test_parameters_and_conditions_hold_for_what_moto_does_not_create(other: LocalAws) -> None:
    (subscription,) = other.client("sns").list_subscriptions()["Subscriptions"]

    assert subscription["Endpoint"] == "who@example.com"
    assert subscription["TopicArn"] == other.variables("probe")["TOPIC"]
    assert other.variables("probe")["MAIL"] == "who@example.com"


def test_nothing_is_left_when_it_ends(other: LocalAws) -> None:
    process = other.invoke("probe", {"do": "process"}).payload
    folder = Path(other.invoke("probe", {"do": "temporary"}).payload[0]).parents[2]
    assert folder.exists()

    other.close()

    assert not psutil.pid_exists(process)
    assert not folder.exists()


@pytest.mark.parametrize("victim", ["caller", "server"])
def test_nothing_is_left_when_a_process_is_killed(artifacts: Mapping[str, Path], victim: str) -> None:
    arguments = [str(TEMPLATE), *map(str, artifacts.values())]
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    try:
        assert holder.stdout is not None
        server, process, temporary = holder.stdout.readline().split()

        os.kill(holder.pid if victim == "caller" else int(server), signal.SIGKILL)

        eventually(lambda: not psutil.pid_exists(int(process)))
        eventually(lambda: not Path(temporary).parents[2].exists())
        eventually(lambda: victim == "server" or not psutil.pid_exists(int(server)))
    finally:
        holder.kill()
        holder.communicate()


def changed(folder: Path, old: str, new: str) -> Path:
    """Return a copy of the template with one of its texts replaced."""
    text = TEMPLATE.read_text("utf-8")
    assert old in text
    path = folder / "template.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
