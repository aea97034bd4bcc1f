"""Puts the local AWS under the month's clock, in Python: Python imports this before anything else.

libfaketime is for the functions and for PostgreSQL. Under it threads that wait for each other spin, and the local AWS
has dozens of them.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

_POLL = 0.02  # seconds, far less than ``clock`` waits until everybody knows


def _follow(file: Path, moved: time_machine.Traveller) -> None:
    known = ""
    while True:
        now = file.read_text("utf-8")
        if now != known:
            known = now
            moved.move_to(time_machine.escape_hatch.time.time() + float(now))
        time.sleep(_POLL)


os.environ["LD_PRELOAD"] = os.environ["SOAK_PRELOAD"]  # for what this process starts: it reads that at its own start
_moved = time_machine.travel(time.time(), tick=True).start()
threading.Thread(
    target=_follow, args=(Path(os.environ["FAKETIME_TIMESTAMP_FILE"]), _moved), name="clock", daemon=True
).start()
