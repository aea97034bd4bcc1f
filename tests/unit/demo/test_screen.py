"""The story is readable on a terminal, in a pipe, and as a picture."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from caretaker.core.results import Status
from caretaker.demo.screen import Screen
from caretaker.demo.seen import Look, Run
from tests.forks import ran
from tests.unit.demo.showing import BACKUP, RUN, show_a_run, show_the_night, take_long


def test_a_run_shows_what_was_seen_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().run(RUN)
    shown = capsys.readouterr().out
    assert "02:10  ✓ frontend 9 ms   ✗ api 12 ms json-mismatch\n" in shown
    assert "api: services.database is unhealthy\n" in shown
    assert "told: opened uptime/api\n" in shown
    assert "▌ CRITICAL: api is down" in shown
    assert "and to the SNS topic: CRITICAL: api is down\n" in shown


def test_a_healthy_run_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().run(Run(RUN.at, (Look("api", Status.OK, 12),)))
    assert capsys.readouterr().out == "02:10  ✓ api 12 ms   nothing to tell\n"


def test_a_bad_run_with_no_news_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().run(Run(RUN.at, RUN.looks))
    assert "✗ api 12 ms json-mismatch   nothing new to tell\n" in capsys.readouterr().out


def test_a_pipe_gets_plain_text() -> None:
    assert "\x1b" not in _shown_to_a_pipe({})


def test_a_pipe_gets_colour_if_it_is_asked_for() -> None:
    assert "\x1b[" in _shown_to_a_pipe({"FORCE_COLOR": "1"})


def test_a_pipe_without_unicode_gets_ascii() -> None:
    shown = _shown_to_a_pipe({"PYTHONIOENCODING": "ascii"})
    assert shown.isascii()
    assert "02:10  + frontend 9 ms   x api 12 ms json-mismatch\n" in shown
    assert "| CRITICAL: api is down" in shown


@pytest.mark.parametrize("columns", ["40", "80", "300"])
def test_no_line_is_wider_than_the_terminal_or_80_columns(columns: str) -> None:
    widest = max(map(len, _shown_to_a_pipe({"COLUMNS": columns}).splitlines()))
    assert widest <= min(int(columns), 80)


def test_a_backup_is_shown_with_each_level_that_its_drill_has_reached() -> None:
    shown = _shown({"COLUMNS": "80"}, show_the_night).stdout
    assert f"       ✓ backup {BACKUP.manifest.id.text}\n" in shown
    assert "       ✓ present     0.0 s  every object is there\n       ✓ checksums   1.2 s  " in shown
    assert "restored  into" not in shown
    assert "       ✗ orders is gone\n" in shown


def test_a_command_is_shown_as_it_was_typed_and_with_what_it_said() -> None:
    shown = _shown({"COLUMNS": "80"}, show_the_night).stdout
    assert shown.endswith(f"       $ caretaker restore shop\n       restored  {'x' * 63}\n")


@pytest.mark.parametrize("columns", ["40", "80", "300"])
def test_no_line_of_the_night_is_wider_than_the_terminal_or_80_columns(columns: str) -> None:
    widest = max(map(len, _shown({"COLUMNS": columns}, show_the_night).stdout.splitlines()))
    assert widest <= min(int(columns), 80)


def test_the_night_is_in_ascii_where_there_is_no_unicode() -> None:
    shown = _shown({"PYTHONIOENCODING": "ascii"}, show_the_night).stdout
    assert shown.isascii()
    assert "       + present     0.0 s  every object is there\n" in shown
    assert "       x orders is gone\n" in shown


def test_the_verdict_lists_what_was_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().verdict(["02:10: Slack got no message"])
    assert "✗ 02:10: Slack got no message\n" in capsys.readouterr().out


def test_the_picture_fetches_nothing_from_elsewhere(tmp_path: Path) -> None:
    screen = Screen(recording=True)
    screen.run(RUN)
    screen.save_picture(tmp_path / "images" / "demo.svg")
    picture = (tmp_path / "images" / "demo.svg").read_text("utf-8")
    assert "CRITICAL" in picture
    assert "url(" not in picture.replace("url(#", "")


def test_what_takes_long_is_a_plain_line_beside_what_a_pipe_gets() -> None:
    shown = _shown({}, take_long)
    assert (shown.stdout, shown.stderr) == ("", "Installing the requirements of uptime\n")


def test_what_takes_long_is_shown_on_a_terminal_with_its_time() -> None:
    shown = _shown({"FORCE_COLOR": "1"}, take_long)
    assert shown.stderr == ""
    assert "building the functions" in shown.stdout
    assert "Installing the requirements of uptime" in shown.stdout
    assert "0:00:00" in shown.stdout


def _shown_to_a_pipe(variables: Mapping[str, str]) -> str:
    return _shown(variables, show_a_run).stdout


def _shown(variables: Mapping[str, str], show: Callable[[], None]) -> "subprocess.CompletedProcess[str]":
    done = ran(show, variables)
    assert done.returncode == 0, done.stderr
    return done
