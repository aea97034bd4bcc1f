"""The events that verify takes: a schedule's, S3's word of a new manifest, and what somebody asks for by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from caretaker.archive.identity import MANIFEST, backup_id
from caretaker.core.event import EventError, details, scheduled, texts
from caretaker.core.results import moment


@dataclass(frozen=True, slots=True)
class Freshness:
    """The hourly judgement, at its scheduled time."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Drills:
    """The daily look for backups that have no proof."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OneDrill:
    """A drill of one backup, by its id; of the newest if that is empty. ``request`` is known to whoever asked."""

    at: datetime
    database: str
    backup: str = ""
    request: str = ""


Asked = Freshness | Drills | OneDrill


def asked(event: object) -> Asked:
    """Return what an event asks for; raise ``EventError`` if it is not understood."""
    if isinstance(event, Mapping) and event.get("source") == "aws.s3":
        return _created(event)
    at = scheduled(event).at
    said = details(event, "database", "backup", "request", "drills")
    named = texts(said, "database", "backup", "request")
    if said.get("drills", False) is True:
        return Drills(at)
    if named["database"]:
        return OneDrill(at, **named)
    if named["backup"] or named["request"]:
        raise EventError('a drill names its database: {"scheduled_at": …, "database": "main"}')
    return Freshness(at)


def _created(event: Mapping[str, object]) -> OneDrill:
    """Return the drill of a backup whose manifest S3 says to have been created.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    detail = event.get("detail")
    thing = detail.get("object") if isinstance(detail, Mapping) else None
    key, at = (thing.get("key") if isinstance(thing, Mapping) else None), event.get("time")
    if not isinstance(key, str) or not isinstance(at, str):
        raise EventError("the event of S3 names no object and no time")
    identity = backup_id(key)
    if identity is None or key != identity.key(MANIFEST):
        raise EventError(f"{key[:200]} is no manifest of a backup")
    try:
        return OneDrill(moment(at), identity.database, identity.text)
    except ValueError as error:
        raise EventError(f"the event's time is none: {error}") from error
