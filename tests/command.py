"""The ``caretaker`` command as a person runs it."""

import os
import subprocess
import sys
from pathlib import Path

from caretaker.local.aws import LocalAws

_ROOT = Path(__file__).parents[1]


def command(aws: LocalAws, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``caretaker`` against a local AWS to its end, in 80 columns."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "caretaker.cli.main", *arguments],
        env=variables | aws.environment | {"COLUMNS": "80"},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
