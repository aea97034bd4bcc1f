"""A clock that is set by hand, for every process that is started while it is in force.

Only what people's clocks show is moved; what lasts (``CLOCK_MONOTONIC``) goes on as ever. Of libfaketime, which moves
it for any program, there is a wheel for Linux on x86_64 alone.
"""

import math
import os
import platform
import sys
import time
from contextlib import AbstractContextManager
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

WORKS_HERE = sys.platform == "linux" and platform.machine() == "x86_64"
_INSIDE = Path(__file__).parent / "inside"
_SPARE = 0.05  # seconds


class Clock:
    """A clock in a file."""

    def __init__(self, folder: Path) -> None:
        found = find_spec("libfaketime")
        assert found is not None, "requirements/dev.txt has it for this machine"
        assert found.origin is not None
        self._library = str(Path(found.origin).parent / "vendor/libfaketime/src/libfaketime.so.1")
        self._file = folder / "clock"
        self._variables = {
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "0",  # read again in each second that begins; at each call is far slower
            "DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",  # files keep their own times, which nothing here asks for: half the cost of a stat
        }
        self._file.write_text("+0")

    def set(self, at: datetime) -> None:
        """Let it be this moment as soon as everybody knows, which is when the next second begins; then it goes on."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{at.timestamp() - time.time():+.3f}")
        new.replace(self._file)
        now = time.time()
        time.sleep(math.floor(now) + 1 + _SPARE - now)

    def over_programs(self) -> AbstractContextManager[object]:
        """Return a block in which programs are started under this clock."""
        return patch.dict(os.environ, self._variables, LD_PRELOAD=self._library)

    def over_local_aws(self) -> AbstractContextManager[object]:
        """Return a block in which a local AWS is started under this clock, and its functions."""
        return patch.dict(os.environ, self._variables, SOAK_PRELOAD=self._library, PYTHONPATH=str(_INSIDE))
