"""A command that is quick to start, for all recipes of make that are run here."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.standing_by import standing_by


@pytest.fixture(scope="session")
def quick_caretaker() -> Iterator[Path]:
    """A program that is called as ``caretaker`` is."""
    with TemporaryDirectory(dir="/tmp") as folder, standing_by(Path(folder)) as program:  # sockets have short names
        yield program
