"""Nagios' check_http -C, which reads the end of the server's own certificate (in monitoring-plugins-basic)."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.certs.peers.said import CRITICAL_DAYS, WARNING_DAYS, Said, heard
from bench.certs.zoo import Served

_PROGRAM = Path("/usr/lib/nagios/plugins/check_http")
_WORDS = {r"expires in": "expiring", r"expired on": "expired"}


def ask(zoo: Sequence[Served]) -> list[Said] | None:
    """Return what is said of each server."""
    return [_one(served) for served in zoo] if _PROGRAM.exists() else None


def _one(served: Served) -> Said:
    where = ("-I", "127.0.0.1", "-p", str(served.port), "-H", served.host, "--sni")
    command = [str(_PROGRAM), *where, "-C", f"{WARNING_DAYS},{CRITICAL_DAYS}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return heard(done.stdout, _WORDS, is_alarm=done.returncode != 0)
