"""``caretaker demo``, as people run it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from caretaker.core.results import Status
from caretaker.demo.performance import perform
from caretaker.demo.screen import Screen
from caretaker.demo.story import STORY, Scene

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "caretaker.cli.main", "demo"]
PATIENCE = 240  # seconds: two demos at once on a busy machine that has built nothing yet
LONGEST = 60  # seconds that the story may take once everything is ready

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("picture") / "demo.svg"


@pytest.fixture(scope="module")
def shown(picture: Path) -> str:
    """What a demo shows while another one runs beside it."""
    demos = [_started("--picture", str(picture)), _started()]
    outputs = [demo.communicate(timeout=PATIENCE)[0] for demo in demos]
    assert [demo.returncode for demo in demos] == [0, 0], outputs
    return outputs[0].removesuffix(f"The picture is in {picture}.\n")


def test_it_shows_the_breakdown_the_outage_and_the_recovery_each_in_one_message(shown: str) -> None:
    assert shown.count("Slack  #alerts") == 3
    headlines = re.findall(r"to the SNS topic: (.*)$", shown, re.MULTILINE)
    assert headlines == [
        "CRITICAL: api is down [demo]",
        "CRITICAL: frontend is down [demo]",
        "2 checks have recovered [demo]",
    ]
    assert all(f"│ {headline.removesuffix(' [demo]')} " in shown for headline in headlines)


def test_it_says_what_was_wrong_in_a_code_and_a_sentence(shown: str) -> None:
    assert re.search(r"✗ api \d+ ms json-mismatch .*\n +api: services\.database is \"unhealthy\"", shown)
    assert re.search(r"✗ frontend \d+ ms connection-refused\n(?:.*\n)? +frontend: .* refused the connection", shown)


def test_the_recovery_says_how_long_it_lasted(shown: str) -> None:
    assert "api has recovered after 15 min" in shown
    assert "frontend has recovered after 5 min" in shown


def test_each_run_shows_what_it_saw_of_each_target(shown: str) -> None:
    runs = re.findall(r"^\d\d:[0-5][05]  (.*)$", shown, re.MULTILINE)
    marks = ["".join(re.findall(r"[✓✗] (?:api|frontend)", line)) for line in runs]
    expected = [
        "".join(f"{'✓' if scene.sees[name] is Status.OK else '✗'} {name}" for name in ("api", "frontend"))
        for scene in STORY
    ]
    assert marks == expected


def test_it_ends_with_a_summary(shown: str) -> None:
    assert "7, over 30 simulated minutes" in shown
    assert "2 opened, 2 resolved" in shown
    assert "3 to Slack, 3 to SNS" in shown
    assert shown.rstrip().endswith("Everything was told exactly once, and nothing else was.")


def test_it_does_not_take_long(shown: str) -> None:
    ready = re.search(r"is ready on \S+ after (\S+) s", shown)
    ended = re.search(r"time it took +│ (\d+) s", shown)
    assert ready
    assert ended
    assert float(ended[1]) - float(ready[1]) < LONGEST


def test_no_line_is_wider_than_80_columns_and_none_has_colour(shown: str) -> None:
    assert max(map(len, shown.splitlines())) <= 80
    assert "\x1b" not in shown


def test_the_secret_webhook_is_not_shown(shown: str) -> None:
    assert "KeepThisSecret" not in shown


def test_it_can_be_saved_as_a_picture(shown: str, picture: Path) -> None:
    assert "has recovered" in picture.read_text("utf-8").replace("&#160;", " ")


def test_it_ends_with_1_and_a_sentence_when_something_else_happens(capsys: pytest.CaptureFixture[str]) -> None:
    story = [Scene({"api": Status.DOWN, "frontend": Status.OK}, heading="The shop is expected to be broken.")]
    assert not perform(Screen(), story)
    assert re.search(r"^✗ \d\d:\d\d: api was ok, and should have been down$", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize(("moment", "number"), [("while it starts", signal.SIGTERM), ("while it runs", signal.SIGINT)])
def test_nothing_is_left_running_after_it_was_stopped(moment: str, number: signal.Signals, tmp_path: Path) -> None:
    demo = _started(TMPDIR=str(tmp_path))
    seen = _children_until(demo, moment)
    demo.send_signal(number)
    output, _ = demo.communicate(timeout=30)
    assert demo.returncode == 130, output
    assert "Traceback" not in output
    assert seen, "it had started nothing yet"
    assert psutil.wait_procs(seen, timeout=5)[1] == []  # a killed process takes a moment to be gone
    assert list(tmp_path.iterdir()) == []


def _children_until(demo: subprocess.Popen[str], moment: str) -> list[psutil.Process]:
    """Wait for a moment of a demo; return all processes that it has started by then."""
    assert demo.stdout is not None
    if moment == "while it runs":
        next(line for line in demo.stdout if "The shop loses its database" in line)
    parent = psutil.Process(demo.pid)
    return next(children for children in _watched(parent) if children)


def _watched(parent: psutil.Process) -> Iterator[list[psutil.Process]]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        yield parent.children(recursive=True)
        time.sleep(0.02)


def _started(*options: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *options],
        cwd=ROOT,
        env=_environment() | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FORCE_COLOR"))}
    return kept | {"PYTHONUNBUFFERED": "1"}
