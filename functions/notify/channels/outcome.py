"""What became of an attempt to deliver a message."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The service has taken the message."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The message was not taken, but may be later. ``after`` are seconds that the service asked to wait."""

    reason: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The message will never be taken so. A ``stale`` address may have been replaced in the meantime."""

    reason: str
    stale: bool = False


Outcome = Sent | Retry | Refused
