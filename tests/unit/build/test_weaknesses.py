"""What is said of known weaknesses: with a stand-in for pip-audit, as its lists change every day."""

import json
import sys
from pathlib import Path

import pytest

from caretaker.build import weaknesses
from caretaker.build.weaknesses import main

WEAK = {"dependencies": [{"name": "a", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}]}
SOUND = {"dependencies": [{"name": "a", "version": "1.1", "vulns": []}, {"name": "b", "skip_reason": "unknown"}]}


def an_audit(folder: Path, says: str) -> str:
    program = folder / "pip-audit"
    program.write_text(f"#!{sys.executable}\nprint({says!r})\n", "utf-8")
    program.chmod(0o755)
    return str(program)


def test_a_known_weakness_is_named_with_the_version_that_has_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([an_audit(tmp_path, json.dumps(WEAK)), "one.txt", "two.txt"])

    assert (code, capsys.readouterr().out) == (1, "a 1.0: PYSEC-1, put right in 1.1\n")


def test_sound_locks_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main([an_audit(tmp_path, json.dumps(SOUND)), "one.txt", "two.txt"])

    assert (code, capsys.readouterr().out) == (0, "no known weakness in 2 locks\n")


def test_without_a_network_it_says_so_and_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main([an_audit(tmp_path, ""), "one.txt"])

    assert code == 0
    assert "cannot be reached: not looked at" in capsys.readouterr().err


def test_all_locks_together_have_so_much_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weaknesses, "_LONGEST", 1.5)
    slow = tmp_path / "pip-audit"
    slow.write_text(f"#!/bin/sh\nsleep 1\necho '{json.dumps(SOUND)}'\n", "utf-8")
    slow.chmod(0o755)

    code = main([str(slow), "one.txt", "two.txt"])

    assert code == 0
    assert "cannot be reached: not looked at" in capsys.readouterr().err
