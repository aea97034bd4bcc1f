"""Whole runs against servers on loopback and moto's table; time is passed in."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from caretaker.core.config import CertificatesConfig
from caretaker.core.looking.reporting import Ran
from caretaker.core.store.table import Table
from caretaker.core.targets.base import Target
from functions.cert_check.run import Tools, run


def tools(table: Table, targets: Sequence[Any], controls: Sequence[Target] = (), *, reports: bool = True) -> Tools:
    """Return what a run with these endpoints works with; it waits for nothing."""
    config = CertificatesConfig("test", tuple(targets), tuple(controls), reports_network=reports)
    return Tools(table, config, lambda: datetime.now(UTC), time.monotonic, lambda _: None)


def play(table: Table, at: datetime, *targets: Any, **details: Any) -> Ran:
    """Return what a run at this time comes to."""
    return run(at, time.monotonic() + 30, tools(table, targets, **details))


def told(ran: Ran) -> list[str]:
    """Return what people are told of a run, in a few words each."""
    return [f"{one.event} {one.severity} {_codes(one.findings)}".strip() for one in ran.told]


def _codes(findings: Sequence[Any]) -> str:
    return ",".join(sorted({finding.code for finding in findings if finding.status.is_bad}))
