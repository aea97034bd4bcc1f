"""What a cleanup answers to whoever asked for it: what goes, what stays, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from caretaker.archive.retention import Decision
from caretaker.core.results import Finding, timestamp

_SHOWN = 5_000  # an answer of Lambda's takes 6 MB, and a row 250 bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run decided; ``refused`` says why nothing may be deleted. ``leftovers`` are objects of no backup."""

    decisions: Sequence[Decision]
    refused: Sequence[Finding]
    leftovers: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON: what goes comes first, and only what stays is ever left out."""
        ordered = sorted(self.decisions, key=lambda decision: not decision.expires)
        return {
            "backups": [_row(decision) for decision in ordered[:_SHOWN]],
            "expired": sum(decision.expires for decision in self.decisions),
            "kept": sum(not decision.expires for decision in self.decisions),
            "left_out": len(ordered[_SHOWN:]),
            "leftovers": self.leftovers,
            "refused": [finding.message for finding in self.refused],
        }


def _row(decision: Decision) -> dict[str, Any]:
    made = decision.entry.manifest
    return {
        "id": made.id.text,
        "database": made.id.database,
        "as_of": timestamp(made.as_of),
        "bytes": sum(stored.bytes for stored in made.objects),
        "expires": decision.expires,
        "reason": decision.reason,
    }
