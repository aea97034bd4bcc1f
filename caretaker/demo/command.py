"""``caretaker``, as people run it in the demo: what they type, and what they are shown."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_TO_TAKE_BACK = 10.0  # seconds that a command has to undo what it has begun


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed, what came of it, and the exit code."""

    typed: str
    lines: tuple[str, ...]
    code: int


def run_command(arguments: tuple[str, ...], variables: Mapping[str, str], *, columns: int) -> Said:
    """Run a command to its end, without a person's own settings of AWS and PostgreSQL.

    Its output is as wide as ``columns``, and of letters that this process can show.
    """
    encoding = sys.stdout.encoding or "utf-8"
    process = subprocess.Popen(
        [sys.executable, "-m", "caretaker.cli.main", *arguments],
        cwd=_ROOT,
        env={**_environment(), **variables, "COLUMNS": str(columns), "PYTHONIOENCODING": f"{encoding}:replace"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding=encoding,
        start_new_session=True,  # Ctrl-C is told to it below, once
    )
    with process:
        try:
            output, _ = process.communicate()
        except BaseException:
            _end(process)
            raise
    return Said(" ".join(("caretaker", *arguments)), tuple(output.splitlines()), process.returncode)


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.communicate(timeout=_TO_TAKE_BACK)
    except subprocess.TimeoutExpired:
        process.kill()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PG", "FORCE_COLOR"))}
