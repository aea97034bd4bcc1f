"""The command as its users run it: a process."""

import os
import subprocess
import sys
from collections.abc import Callable

from tests.forks import ROOT

COMMAND = (sys.executable, "-m", "caretaker.cli.main")
Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(**more: str) -> dict[str, str]:
    """Return an environment without the choices of whoever runs the tests."""
    unwanted = ("AWS_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONIOENCODING")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return kept | {"PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"} | more
