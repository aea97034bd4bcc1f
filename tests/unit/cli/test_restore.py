"""``caretaker restore`` when it is needed quickly."""

import subprocess
import sys

from tests.forks import ROOT
from tests.unit.cli.processes import environment

_ELSEWHERE = {"pydantic", "yaml", "elftools", "moto", "pycurl"}  # what reads configurations, builds, tries and looks


def test_restore_starts_without_what_other_commands_need() -> None:
    said = "import sys, caretaker.cli.restore; print(*{name.partition('.')[0] for name in sys.modules})"
    ended = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )

    loaded = set(ended.stdout.split())
    assert {"click", "zstandard", "psycopg2"} <= loaded
    assert not loaded & _ELSEWHERE
