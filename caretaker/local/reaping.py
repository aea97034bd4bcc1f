"""The process that cleans up after a server even when that was killed; see ``functions.inside.reaper``."""

import subprocess
import sys
import threading
from pathlib import Path

from caretaker.local.functions import inside
from caretaker.local.pipes import pipe

_PROGRAM = Path(inside.__file__).with_name("reaper.py")


class Reaper:
    """Knows the process groups that must not outlive this process."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_PROGRAM), str(folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the server; the reaper has to outlive it
            text=True,
        )
        self._input = pipe(self._process.stdin)

    def add(self, group: int) -> None:
        """Kill this process group at the end."""
        self._tell(f"+{group}")

    def remove(self, group: int) -> None:
        """Forget a group that is gone."""
        self._tell(f"-{group}")

    def finish(self) -> None:
        """Let it clean up now, and wait for it."""
        with self._lock:
            self._input.close()
        self._process.wait(timeout=30)

    def _tell(self, line: str) -> None:
        with self._lock:
            if not self._input.closed:
                self._input.write(line + "\n")
                self._input.flush()
