"""Whether newer wheels are published than the lock has: a new minor version of PostgreSQL mends what is broken."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from layers.postgres.wheels import options_for

_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
_ANSWER = re.compile(r"\S+ \((\S+)\)")

Newest = Callable[[str], str | None]


def warnings(lock: Path, newest: Newest) -> Iterator[str]:
    """Yield a sentence for each wheel of which there is a newer one, or of which that could not be learnt.

    ``newest`` gives the newest version of a distribution, None if nobody can say.
    """
    for name, pinned in _PIN.findall(lock.read_text("utf-8")):
        published = newest(name)
        if published is None:
            yield f"whether {name} {pinned} is the newest could not be learnt: the index was not reached"
        elif published != pinned:
            yield f"{name} {published} is published, and this is made of {pinned}: run make lock"


def ask_index(name: str, machine: str) -> str | None:
    """Return the newest version for a processor in the index that pip is set up with; None if it says nothing.

    An index that does not answer costs a few seconds.
    """
    command = [
        sys.executable, "-m", "pip", "index", "versions", name, "--disable-pip-version-check", "--no-input",
        "--timeout=3", "--retries=0", *options_for(machine),
    ]  # fmt: skip
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    found = _ANSWER.match(answer.stdout)
    return found[1] if found and answer.returncode == 0 else None
