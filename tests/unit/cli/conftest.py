"""Running the command as its users do: as a process."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "caretaker.cli.main")
Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(**more: str) -> dict[str, str]:
    """Return an environment without the choices of whoever runs the tests."""
    unwanted = ("AWS_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONIOENCODING")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return kept | {"PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"} | more


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a function that runs the command in an empty folder, with variables of the environment by keyword."""

    def start(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=60,
        )

    return start


@pytest.fixture
def configuration(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes caretaker.yaml with the given targets into the folder of ``run``."""

    def write(*targets: str) -> Path:
        lines = "".join(f"    - {target}\n" for target in targets)
        file = tmp_path / "caretaker.yaml"
        file.write_text(f"environment: staging\nuptime:\n  targets:\n{lines}", encoding="utf-8")
        return file

    return write


class Site(ThreadingHTTPServer):
    """A web application: /ok, /fail, /rude (an answer with terminal sequences) and /hang."""

    daemon_threads = True
    url: str
    hanging: Event


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site = self.server
        assert isinstance(site, Site)
        if self.path.startswith("/hang"):
            site.hanging.set()
            Event().wait(30)
        failing = self.path.startswith("/fail")
        body = b'{"state": "\\u001b[31mred"}' if self.path.startswith("/rude") else b'{"state": "good"}'
        self.send_response(500 if failing else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output to the tests."""


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A web application on loopback."""
    server = Site(("127.0.0.1", 0), _Answers)
    server.url = f"http://127.0.0.1:{server.server_port}"
    server.hanging = Event()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
