"""``python -m caretaker.build.weaknesses PIP-AUDIT LOCK…``: which known weaknesses the locks hold.

Where the lists of weaknesses cannot be reached it says so and ends well: nobody's work stops for it. A weakness
that is found ends it with 1.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_LONGEST = 120  # seconds for all locks together
_OPTIONS = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")


def main(arguments: Sequence[str]) -> int:
    """Look into every lock; return 0, or 1 if one holds a known weakness."""
    program, *locks = arguments
    found: set[str] = set()
    until = time.monotonic() + _LONGEST
    for lock in locks:
        report = _report(program, Path(lock), until - time.monotonic())
        if report is None:
            print("the lists of known weaknesses cannot be reached: not looked at", file=sys.stderr)
            return 0
        found.update(_weaknesses(report))
    print("\n".join(sorted(found)) or f"no known weakness in {len(locks)} locks")
    return 1 if found else 0


def _report(program: str, lock: Path, seconds: float) -> Any:
    """Return what pip-audit says of a lock; None if it could not ask in so many seconds."""
    command = [program, *_OPTIONS, "--requirement", str(lock)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
        return json.loads(answer.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None


def _weaknesses(report: Any) -> Iterator[str]:
    for package in report["dependencies"]:
        for weakness in package.get("vulns", []):
            fixed = ", ".join(weakness["fix_versions"]) or "no version yet"
            yield f"{package['name']} {package['version']}: {weakness['id']}, put right in {fixed}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
