"""What came of an invocation, as whoever asked for it sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from caretaker.local.functions.logs import Line


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function answered. ``payload`` is JSON, Lambda's wording of the error if it ``failed``."""

    payload: Any
    failed: bool
    logs: Sequence[Line]

    @property
    def error(self) -> str:
        """What went wrong, empty if nothing did."""
        if not self.failed:
            return ""
        payload = self.payload if isinstance(self.payload, dict) else {}
        return f"{payload.get('errorType', 'Unhandled')}: {payload.get('errorMessage', '')}"
