"""What verify is asked for is understood, or refused in a sentence."""

from datetime import UTC, datetime
from typing import Any

import pytest

from caretaker.archive.identity import MANIFEST, BackupId
from caretaker.core.event import EventError
from functions.verify.event import Drills, Freshness, OneDrill, asked

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
WHEN = "2026-11-20T02:00:00Z"
BACKUP = BackupId("main", "daily", AT)


def created(key: object) -> dict[str, Any]:
    return {"source": "aws.s3", "time": WHEN, "detail": {"object": {"key": key}}}


def test_each_event_is_understood() -> None:
    assert asked({"scheduled_at": WHEN}) == Freshness(AT)
    assert asked({"scheduled_at": WHEN, "drills": True}) == Drills(AT)
    assert asked({"scheduled_at": WHEN, "database": "main"}) == OneDrill(AT, "main")
    assert asked({"scheduled_at": WHEN, "database": "main", "backup": BACKUP.text, "request": "r-1"}) == OneDrill(
        AT, "main", BACKUP.text, "r-1"
    )
    assert asked(created(BACKUP.key(MANIFEST))) == OneDrill(AT, "main", BACKUP.text)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (None, "the event must be"),
        ({}, "the event must be"),
        ({"scheduled_at": WHEN, "databse": "main"}, "a key that is not known: databse"),
        ({"scheduled_at": WHEN, "database": 1}, "database is a text"),
        ({"scheduled_at": WHEN, "database": "main", "request": "a b"}, "request is at most 64"),
        ({"scheduled_at": WHEN, "backup": BACKUP.text}, "a drill names its database"),
        (created(BACKUP.key("database.dump.zst")), "is no manifest"),
        (created("backups/main/manifest.json"), "is no manifest"),
        (created(None), "names no object"),
        ({"source": "aws.s3"}, "names no object"),
        (created(BACKUP.key(MANIFEST)) | {"time": "noon"}, "the event's time is none"),
    ],
)
def test_what_is_not_understood_is_refused_in_a_sentence(event: object, said: str) -> None:
    with pytest.raises(EventError, match=said):
        asked(event)
