"""What is known of a certificate's revocation, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from caretaker.core.results import moment, timestamp

Standing = Literal["good", "revoked", "unknown", "unasked"]

_ASKED_AGAIN_AFTER = timedelta(hours=24)
_HOLDS_WITHOUT_END = timedelta(hours=24)
# A run's time is when it was scheduled: an answer that was signed since is not one from the future.
LATE = timedelta(hours=1)


class Unusable(Exception):
    """A list or an answer says nothing about the certificate; the message says why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known. ``certificate`` is the fingerprint of the one that it is about.

    ``standing`` is ``unasked`` where the certificate names nobody to ask. ``reason`` is why it was revoked (a name of
    RFC 5280, 5.3.1, may be empty), or why nothing is known. ``until`` is how long the ``source`` stands by it.
    """

    certificate: str
    standing: Standing
    asked_at: datetime
    reason: str = ""
    revoked_at: datetime | None = None
    until: datetime | None = None
    source: str = ""

    @property
    def is_final(self) -> bool:
        """Whether it can never change: what is revoked stays so, unless it is only on hold."""
        return self.standing == "revoked" and self.reason != "certificateHold"

    def holds(self, at: datetime) -> bool:
        """Whether it may be used at a time."""
        return self.is_final or (self.until is not None and at <= self.until)

    def is_fresh(self, at: datetime) -> bool:
        """Whether it may be used at a time without asking again."""
        return self.is_final or (self.holds(at) and at < self.asked_at + _ASKED_AGAIN_AFTER)

    def to_json(self) -> dict[str, str]:
        """Return the verdict as the table keeps it."""
        kept = {"certificate": self.certificate, "standing": str(self.standing), "asked_at": timestamp(self.asked_at)}
        if self.revoked_at:
            kept["revoked_at"] = timestamp(self.revoked_at)
        if self.until:
            kept["until"] = timestamp(self.until)
        return kept | {name: text for name, text in (("reason", self.reason), ("source", self.source)) if text}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Verdict":
        """Return the verdict that ``to_json`` wrote."""
        revoked_at, until = kept.get("revoked_at"), kept.get("until")
        return cls(
            kept["certificate"],
            kept["standing"],
            moment(kept["asked_at"]),
            kept.get("reason", ""),
            moment(revoked_at) if revoked_at else None,
            moment(until) if until else None,
            kept.get("source", ""),
        )


def holds_until(made: datetime, renewed: datetime | None, at: datetime) -> datetime:
    """Return until when what a CA has signed holds; raise ``Unusable`` if that is not now.

    ``made`` and ``renewed`` are its thisUpdate and its nextUpdate; without the latter it holds for a day.
    """
    if made > at + LATE:
        raise Unusable(f"is not valid before {made:%Y-%m-%d %H:%M} UTC")
    until = renewed or made + _HOLDS_WITHOUT_END
    if at > until:
        raise Unusable(f"is stale: it was to be renewed by {until:%Y-%m-%d %H:%M} UTC")
    return until
