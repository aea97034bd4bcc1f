"""The event that starts a function on a schedule."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caretaker.core.results import moment

_REQUEST = re.compile(r"[A-Za-z0-9-]{1,64}")


class EventError(Exception):
    """The event is not one that this function takes; the message says what it should be."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A scheduled run. ``at`` is the time it was scheduled for, in UTC: the identity of the run.

    ``share`` is the number of this invocation, from 0, where ``of`` several share the run out.
    """

    at: datetime
    share: int = 0
    of: int = 1


def scheduled(event: object) -> Scheduled:
    """Return the scheduled run that an event asks for; raise ``EventError`` if it asks for none."""
    if not isinstance(event, Mapping) or not isinstance(event.get("scheduled_at"), str):
        raise EventError('the event must be {"scheduled_at": "2026-11-20T02:00:00Z"}: the time this run is for')
    try:
        return Scheduled(moment(event["scheduled_at"]), *_share(event))
    except ValueError as error:
        raise EventError(f"scheduled_at is no time: {error}") from error


def details(event: object, *known: str) -> Mapping[str, Any]:
    """Return a scheduled run's event, which says no more than what is known; raise ``EventError``."""
    assert isinstance(event, Mapping), "scheduled() takes mappings only"
    if unknown := set(event) - {"scheduled_at", *known}:
        raise EventError(f"the event has a key that is not known: {min(unknown)}")
    return event


def texts(event: Mapping[str, Any], *names: str) -> dict[str, str]:
    """Return the texts of an event, empty where it says nothing; raise ``EventError``, also for an odd ``request``."""
    found = {name: event.get(name, "") for name in names}
    if wrong := next((name for name, text in found.items() if not isinstance(text, str)), None):
        raise EventError(f"{wrong} is a text")
    if found.get("request") and not _REQUEST.fullmatch(found["request"]):
        raise EventError("request is at most 64 letters, digits and -")
    return found


def _share(event: Mapping[str, object]) -> tuple[int, int]:
    share, of = event.get("share", 0), event.get("of", 1)
    if not (type(share) is int and type(of) is int and 0 <= share < of):
        raise EventError('a share is {"share": 0, "of": 4}: whole numbers, the first from 0 to below the second')
    return share, of
