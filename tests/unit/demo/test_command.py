"""The demo runs commands as people do, and ends what it has begun."""

import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from types import FrameType

import pytest

from caretaker.demo.command import run_command

SLOW = """
trap 'echo "taken back" > {folder}/back; exit 1' TERM
echo "begun" > {folder}/begun
while :; do sleep 0.05; done
"""


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let a script of the shell stand for Python."""
    file = folder / "program"
    file.write_text(f"#!/bin/sh\n{script}", "utf-8")
    file.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(file))


def test_a_command_is_run_and_what_it_said_is_as_wide_as_it_may_be() -> None:
    said = run_command(("restore", "--help"), {}, columns=60)
    assert (said.typed, said.code) == ("caretaker restore --help", 0)
    assert any("Restore a backup" in line for line in said.lines)
    assert max(map(len, said.lines)) <= 60


def test_what_speaks_against_a_call_is_among_what_it_said() -> None:
    said = run_command(("restore",), {}, columns=60)
    assert said.code == 2
    assert any("Missing argument" in line for line in said.lines)


def test_a_persons_own_settings_do_not_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, "env")
    for name in ("AWS_PROFILE", "PGHOST", "PGPASSWORD"):
        monkeypatch.setenv(name, "of-a-person")
    said = run_command((), {"PGPASSWORD": "of-the-demo"}, columns=60)
    assert "PGPASSWORD=of-the-demo" in said.lines
    assert not [line for line in said.lines if "of-a-person" in line]


def test_it_may_take_back_what_it_has_begun_when_the_demo_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, monkeypatch, SLOW.format(folder=tmp_path))

    pause = threading.Event()

    def is_listening() -> bool:
        stack = traceback.walk_stack(sys._current_frames()[threading.main_thread().ident or 0])
        return any(frame.f_code.co_name == "communicate" for frame, _ in stack)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    def interrupt_once_begun() -> None:
        while not ((tmp_path / "begun").exists() and is_listening()):
            pause.wait(0.01)
        os.kill(os.getpid(), signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        threading.Thread(target=interrupt_once_begun, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            run_command((), {}, columns=60)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert (tmp_path / "back").read_text("utf-8") == "taken back\n"
