"""What ``caretaker status`` and ``caretaker incidents`` tell of the deployed stack."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from caretaker.core.results import judge
from caretaker.core.store import history
from caretaker.core.store.table import Table
from tests.command import command
from tests.e2e.watching import KEY, NOW, Stack, served


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
    shown = command(stack.aws, "status").stdout
    assert re.search(r"^shop +ok +\S+ +60 days +\d{4}-\d\d-\d\d ", shown, re.MULTILINE), shown
    assert max(map(len, shown.splitlines())) <= 80
    (shop,) = json.loads(command(stack.aws, "status", "--json").stdout)["checks"]
    assert (shop["check"], shop["not_after"]) == ("cert/shop", f"{NOW + timedelta(days=60):%Y-%m-%dT%H:%M:%SZ}")
    renewals = json.loads(command(stack.aws, "incidents", "cert/shop", "--json").stdout)["timeline"]
    assert [one["what"] for one in renewals] == ["renewed"]
    assert " was replaced by " in renewals[0]["text"]
    unknown = command(stack.aws, "incidents", "cert/other")
    assert (unknown.returncode, "no renewal of the certificate of cert/other" in unknown.stderr) == (2, True)


def run_now(stack: Stack, seconds_ago: int) -> None:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    stack.aws.invoke("uptime", {"scheduled_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
    stack.aws.drain()


def test_status_and_incidents_tell_what_happened(stack: Stack, tmp_path: Path) -> None:
    stack.begin()
    run_now(stack, 230)
    healthy = command(stack.aws, "status")
    assert healthy.returncode == 0, healthy.stderr
    stack.product.healthy = False
    run_now(stack, 120)
    shown = command(stack.aws, "status")
    assert shown.returncode == 1
    assert 'uptime/api: status is "ill"' in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    (api,) = [one for one in json.loads(command(stack.aws, "status", "--json").stdout)["checks"] if one["incident"]]
    assert (api["check"], api["status"]) == ("uptime/api", "down")
    assert api["uptime"]["24h"] < 1
    stack.product.healthy = True
    run_now(stack, 1)

    listed = command(stack.aws, "incidents")
    assert listed.returncode == 0, listed.stderr
    assert api["incident"] in listed.stdout
    assert max(map(len, listed.stdout.splitlines())) <= 80
    report = tmp_path / "report.md"
    assert command(stack.aws, "incidents", api["incident"], "--markdown", str(report)).returncode == 0
    for said in ("| opened |", "| resolved |", "| told | alerts, opened: sent |", "; lasted "):
        assert said in report.read_text("utf-8")
    nearly = command(stack.aws, "incidents", api["incident"][:-1])
    assert nearly.returncode == 2
    assert f"Did you mean {api['incident']}?" in nearly.stderr
    assert KEY not in shown.stdout + listed.stdout + report.read_text("utf-8")


def test_status_says_that_nobody_has_looked_and_since_when(stack: Stack) -> None:
    stack.begin()
    never = command(stack.aws, "status")
    at = datetime.now(UTC) - timedelta(hours=2)
    seen = judge("uptime/api", [], observed_at=at, healthy="fine", measurements={})
    history.record(
        Table(stack.aws.client("dynamodb"), stack.aws.variables("uptime")["CARETAKER_TABLE"]), "uptime", at, [seen]
    )

    old = command(stack.aws, "status")

    assert (never.returncode, "Nothing was looked at" in never.stdout) == (1, True)
    said = f"uptime has not looked since {at:%d %b %H:%M} UTC"
    assert (old.returncode, said in old.stdout) == (1, True)
    assert json.loads(command(stack.aws, "status", "--json").stdout)["silent"][0].startswith(said)


def test_a_stack_that_is_not_there_is_told_in_a_sentence(stack: Stack) -> None:
    done = command(stack.aws, "status", "--stack", "nothing-here")
    assert done.returncode == 2
    assert "nothing-here" in done.stderr
    assert "Traceback" not in done.stderr
