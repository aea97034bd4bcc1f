"""Running the command in an empty folder, beside a web application."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.forks import forked
from tests.unit.cli.processes import Run, environment
from tests.unit.cli.site_on_loopback import Answers, Site


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a function that runs the command in an empty folder, with variables of the environment by keyword."""

    return lambda *arguments, **variables: forked(arguments, environment(**variables), tmp_path)


@pytest.fixture
def configuration(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes caretaker.yaml with the given targets into the folder of ``run``."""

    def write(*targets: str) -> Path:
        lines = "".join(f"    - {target}\n" for target in targets)
        file = tmp_path / "caretaker.yaml"
        file.write_text(f"environment: staging\nuptime:\n  targets:\n{lines}", encoding="utf-8")
        return file

    return write


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A web application on loopback."""
    server = Site(("127.0.0.1", 0), Answers)
    server.url = f"http://127.0.0.1:{server.server_port}"
    server.hanging = Event()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
