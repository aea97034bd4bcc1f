"""What became of an attempt to deliver."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel has taken the message."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The channel did not take it now. ``after`` is how many seconds it asks for, None if it says nothing."""

    error: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The channel will never take it: the address is gone, or the message is not acceptable."""

    error: str


Outcome = Sent | Retry | Refused
