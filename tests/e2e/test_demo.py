"""``caretaker demo``, as people run it."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from caretaker.core.results import Status
from caretaker.demo.performance import perform
from caretaker.demo.screen import Screen
from caretaker.demo.story import NIGHT, STORY, Scene
from tests.processes import words

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
    """What a demo shows."""
    demo = _started("--picture", str(picture))
    output, _ = demo.communicate(timeout=PATIENCE)
    assert demo.returncode == 0, output
    return output.removesuffix(f"The picture is in {picture}.\n")


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
        for scene in (*STORY, NIGHT)
    ]
    assert marks == expected


def test_the_night_shows_the_backup_and_each_level_of_its_proof(shown: str) -> None:
    night = shown.partition("Night. ")[2]
    assert re.search(r"✓ backup \d{8}T020000Z-daily-\w{4}\n +50,140 rows in 5 tables, ", night)
    assert re.findall(r"✓ (\w+) +\d+\.\d s  ", night) == ["present", "checksums", "decoded", "restored", "equal"]


def test_what_was_dropped_is_brought_back_by_the_command(shown: str) -> None:
    lost, _, found = shown.partition("$ caretaker restore shop --to postgresql://shop@127.0.0.1:")
    assert "✗ orders is gone, with its 12,000 rows" in lost
    assert re.search(r"^ +because +the newest proven backup: ", found, re.MULTILINE)
    assert re.search(r"^ +compared +5 of 5 tables equal$", found, re.MULTILINE)
    assert "✓ orders is back, in the database restored: 12,000 rows" in found


def test_the_plan_of_the_next_cleanup_is_shown(shown: str) -> None:
    planned = shown.partition("$ caretaker cleanup --plan")[2]
    assert re.search(r"-daily-\w{4} +shop +0 d +stays +younger than", planned)
    assert "0 would go, 1 stay. Nothing was deleted." in planned


def test_it_ends_with_a_summary(shown: str) -> None:
    assert "8, over 4 h 25 min of simulated time" in shown
    assert "1 made, proven and restored: 50,140 rows in 5 tables" in shown
    assert "2 opened, 2 resolved" in shown
    assert "3 to Slack, 3 to SNS" in shown
    assert shown.rstrip().endswith("Everything was told exactly once, nothing else was, and what was lost is back.")


def test_it_does_not_take_long(shown: str) -> None:
    ready = re.search(r"is ready on \S+ after (\S+) s", shown)
    ended = re.search(r"time it took +│ (\d+) s", shown)
    assert ready
    assert ended
    assert float(ended[1]) - float(ready[1]) < LONGEST


def test_no_line_is_wider_than_80_columns_and_none_has_colour(shown: str) -> None:
    assert max(map(len, shown.splitlines())) <= 80
    assert "\x1b" not in shown


def test_no_secret_is_shown(shown: str) -> None:
    assert "KeepThisSecret" not in shown
    assert not re.search(r"://\w+:[^/\s]*@", shown)


def test_it_can_be_saved_as_a_picture(shown: str, picture: Path) -> None:
    assert "has recovered" in picture.read_text("utf-8").replace("&#160;", " ")


@pytest.mark.slow
def test_two_of_them_beside_each_other_do_not_meet() -> None:
    demos = [_started(), _started()]
    outputs = [demo.communicate(timeout=PATIENCE)[0] for demo in demos]
    assert [demo.returncode for demo in demos] == [0, 0], outputs


@pytest.mark.slow
def test_something_else_that_really_happens_is_told_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    story = [Scene({"api": Status.DOWN, "frontend": Status.OK}, heading="The shop is expected to be broken.")]
    assert not perform(Screen(), story)
    assert re.search(r"^✗ \d\d:\d\d: api was ok, and should have been down$", capsys.readouterr().out, re.MULTILINE)


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files, which every user may pass through: the shop's database is not root's."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("while it starts", signal.SIGTERM),
        pytest.param("while the shop is broken", signal.SIGINT, marks=pytest.mark.slow),
        pytest.param("while a drill is held", signal.SIGTERM, marks=pytest.mark.slow),
    ],
)
def test_nothing_is_left_behind_after_it_was_stopped(moment: str, number: signal.Signals, temporary: Path) -> None:
    demo = _started(TMPDIR=str(temporary))
    seen = _children_until(demo, moment)
    demo.send_signal(number)
    output, _ = demo.communicate(timeout=30)
    assert demo.returncode == 130, output
    assert "Traceback" not in output
    assert seen, "it had started nothing yet"
    assert psutil.wait_procs(list(seen), timeout=5)[1] == []  # a killed process takes a moment to be gone
    assert list(temporary.iterdir()) == []
    assert not [folder for folder in map(_drill, seen.values()) if folder and folder.exists()]


def _children_until(demo: subprocess.Popen[str], moment: str) -> dict[psutil.Process, list[str]]:
    """Wait for a moment of a demo; return all processes that it has started by then, with their command lines."""
    assert demo.stdout is not None
    parent = psutil.Process(demo.pid)
    match moment:
        case "while the shop is broken":
            next(line for line in demo.stdout if "The shop loses its database" in line)
        case "while a drill is held":
            next(line for line in demo.stdout if "Night." in line)
            return next(seen for seen in _watched(parent) if any(map(_drill, seen.values())))
    return next(seen for seen in _watched(parent) if seen)


def _drill(command: list[str]) -> Path | None:
    """Return the folder of the drill whose server was started by this command."""
    found = re.match(r".*/postgres\0.*?(/tmp/caretaker-drill-[^/]+)/server", "\0".join(command))
    return Path(found[1]) if found else None


def _watched(parent: psutil.Process) -> Iterator[dict[psutil.Process, list[str]]]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        yield {child: words(child) for child in parent.children(recursive=True)}
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
