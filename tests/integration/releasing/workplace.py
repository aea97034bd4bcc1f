"""A checkout of one's own, in which make is run with a SAM CLI that writes down what it was told."""

import json
import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
SAM = """#!{python} -IS
import json, pathlib, sys
template = sys.argv[sys.argv.index("--template") + 1] if "--template" in sys.argv else ""
text = pathlib.Path(template).read_text() if pathlib.Path(template).is_file() else ""
with open({log!r}, "a") as log:
    log.write(json.dumps([*sys.argv[1:], text]) + "\\n")
"""


@dataclass(frozen=True)
class Workplace:
    """A folder with configurations; ``endpoint`` is where AWS is, ``caretaker`` what is called by that name.

    Without one it is what make calls by itself.
    """

    folder: Path
    endpoint: str = ""
    caretaker: Path | None = None

    def add(self, environment: str) -> None:
        """Write the configuration of an environment, production's as caretaker.yaml."""
        name = "caretaker.yaml" if environment == "production" else f"caretaker.{environment}.yaml"
        targets = "{targets: [{name: api, tcp: 127.0.0.1:9}]}"
        (self.folder / name).write_text(f"environment: {environment}\nuptime: {targets}\n", "utf-8")

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run make as CI does, where nobody can be asked."""
        return subprocess.run(
            self._command(arguments),
            env=self._environment(variables),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def make_at_terminal(self, *arguments: str, answers: str) -> str:
        """Run make at a terminal, type the answers, and return what was shown."""
        leader, follower = pty.openpty()
        with subprocess.Popen(
            self._command(arguments),
            env=self._environment({}),
            cwd=self.folder,
            stdin=follower,
            stdout=follower,
            stderr=follower,
        ) as running:
            os.close(follower)
            os.write(leader, answers.encode())
            shown = b""
            while True:
                try:
                    shown += os.read(leader, 4096)
                except OSError:  # the other end is closed: it has ended
                    break
            assert running.wait(60) == 0, shown
        os.close(leader)
        return shown.decode()

    def told(self) -> list[list[str]]:
        """Return what SAM was called with, each call's template as its last word."""
        log = self.folder / "sam.log"
        return [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        sam = self.folder / "sam"
        sam.write_text(SAM.format(python=sys.executable, log=str(self.folder / "sam.log")), "utf-8")
        sam.chmod(0o755)
        python = f"PY={sys.executable}"
        ready = [f"-o{self.folder}/venv/.ready", "-o.venv-sam/.ready"]
        given = [f"VENV={self.folder}/venv", python, f"SAM={sam}"]
        given += [f"CARETAKER={self.caretaker}"] if self.caretaker else []
        return ["make", "-f", str(ROOT / "Makefile"), *ready, *given, *arguments]

    def _environment(self, variables: dict[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE"))}
        aws = {"AWS_ENDPOINT_URL": self.endpoint, "AWS_REGION": "us-east-1"} if self.endpoint else {}
        return kept | aws | {"PYTHONPATH": str(ROOT)} | variables
