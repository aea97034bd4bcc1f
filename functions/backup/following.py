"""What whoever asked for a backup by hand is told while it is made.

That is a courtesy: a note that cannot be written must fail nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from caretaker.core import beside
from caretaker.core.results import Finding
from caretaker.core.store import requests
from caretaker.core.store.table import Table

_BETWEEN_NOTES = 2.0  # seconds


@dataclass(slots=True)
class Following:
    """Notes how far a request is; an empty ``request`` is nobody's. ``monotonic`` is in seconds."""

    table: Table
    request: str
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    _noted: float | None = field(default=None, init=False)

    def step(self, step: str, **details: int) -> None:
        """Say what goes on now, unless something was said a moment ago."""
        now = self.monotonic()
        if self._noted is not None and now - self._noted < _BETWEEN_NOTES:
            return
        self._noted = now
        self._note("running", {"step": step, **details})

    def done(self, receipt: Mapping[str, str], **details: str) -> None:
        """Say that what was asked for is there."""
        self._note("done", {"receipt": dict(receipt), **details})

    def failed(self, findings: tuple[Finding, ...]) -> None:
        """Say why there is no backup."""
        self._note("failed", {"findings": [finding.to_json() for finding in findings]})

    def superseded(self, reason: str) -> None:
        """Say that another backup of the database is being made instead."""
        self._note("failed", {"superseded": reason})

    def refused(self, reason: str) -> None:
        """Say that something was asked for that is not to be had."""
        self._note("failed", {"refused": reason})

    def _note(self, stage: requests.Stage, details: Mapping[str, Any]) -> None:
        beside.note(self.table, self.request, requests.Progress(stage, details), self.clock())
