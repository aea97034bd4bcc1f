"""A clock that is set by hand, for every process that is started while it is in force: libfaketime's.

Only what people's clocks show is moved; what lasts (``CLOCK_MONOTONIC``) goes on as ever. The wheel has a library for
Linux on x86_64 alone.
"""

import math
import platform
import sys
import time
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

WORKS_HERE = sys.platform == "linux" and platform.machine() == "x86_64"

_SLACK = 0.02  # seconds


class Clock:
    """A clock in a file; ``variables`` put a process and its children under it."""

    def __init__(self, folder: Path) -> None:
        found = find_spec("libfaketime")
        assert found is not None, "requirements/dev.txt has it for this machine"
        assert found.origin is not None
        library = Path(found.origin).parent / "vendor/libfaketime/src/libfaketime.so.1"
        self._file = folder / "clock"
        self.variables = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "0",  # read again in each second that begins; at each call it takes a whole core
            "DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",  # files keep their own times, which nothing here asks for: half the cost of a stat
        }
        self._file.write_text("+0")

    def set(self, at: datetime) -> None:
        """Let it be this moment as soon as everybody knows, which is when the next second begins; then it goes on."""
        new = self._file.with_suffix(".new")
        known = math.floor(time.time()) + 1 + _SLACK
        new.write_text(f"{at.timestamp() - known:+.3f}")
        new.replace(self._file)
        time.sleep(known - time.time())
