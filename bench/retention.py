"""How long the plan of many backups takes.

    .venv/bin/python -m bench.retention [--backups 100000]

Ten databases, hourly backups over years, every tenth damaged or not proven, and every rule of the policy in use.
Exits with 1 if it takes longer than 2 s.
"""

import argparse
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from caretaker.archive.entries import Entry
from caretaker.archive.identity import BackupId
from caretaker.archive.manifest import Manifest
from caretaker.archive.retention import plan
from caretaker.core.config import Retention
from tests.backups import manifest
from tests.proofs import proof

LONGEST = 2.0  # seconds
NOW = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
POLICY = Retention(keep_last=7, weekly=8, monthly=12, yearly=5)


def main() -> None:
    """Plan once, print how long it took, and judge it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backups", type=int, default=100_000)
    backups = history(parser.parse_args().backups)
    began = time.perf_counter()
    decisions = plan(backups, POLICY, NOW)
    took = time.perf_counter() - began
    gone = sum(decision.expires for decision in decisions)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(backups):,} backups: {took:.2f} s, {gone:,} expire, {memory:.0f} MB with the backups themselves")
    sys.exit(took > LONGEST)


def history(backups: int) -> list[Entry]:
    """Return backups of ten databases, one each hour."""
    some = manifest()
    return [_entry(some, number) for number in range(backups)]


def _entry(some: Manifest, number: int) -> Entry:
    at = NOW - timedelta(hours=number // 10)
    identity = BackupId(f"database-{number % 10}", "emergency" if number % 70 == 0 else "daily", at)
    drill = None if number % 20 == 3 else proof(identity, "equal", *(["rows-differ"] if number % 20 == 13 else []))
    return Entry(replace(some, id=identity, began_at=at, dumped_at=at), drill, number % 1000 == 7)


if __name__ == "__main__":
    main()
