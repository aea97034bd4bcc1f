"""Whenever an interrupt comes while a server is being started, nothing of it is left."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caretaker.local.postgres import postgres_server
from tests.integration.verify.conftest import are_gone


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may pass through: the server is not root's."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_nothing_is_left_of_a_server_whose_start_was_interrupted(
    number: signal.Signals, folder: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    position, begun = 0, 0
    popen = subprocess.Popen

    class Interrupted(popen):  # type: ignore[misc,valid-type]
        """A program; an interrupt comes when the one of a position has been started, and nobody knows it yet."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            nonlocal begun
            super().__init__(*arguments, **options)
            begun += 1
            if begun == position:
                signal.raise_signal(number)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    before = signal.signal(number, interrupt)
    try:
        while begun >= position:
            position, begun = position + 1, 0
            try:
                with postgres_server(programs, 18, "a-password", parent=folder):
                    assert begun < position, "the interrupt was swallowed"
            except KeyboardInterrupt:
                assert begun == position
            assert are_gone(folder)
            assert list(folder.iterdir()) == []
    finally:
        signal.signal(number, before)
    assert position > 4, "at least the reaper, initdb, postgres and who gives them their files"
