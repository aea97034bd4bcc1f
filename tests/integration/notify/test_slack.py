"""Slack's own words, its delays, and how long a server may ask to be left alone."""

from datetime import UTC, datetime

import pytest

from caretaker.core.config import Channel
from functions.notify.channels.outcome import Refused
from functions.notify.channels.retry_after import retry_after
from functions.notify.channels.slack import sender
from functions.notify.message import compose
from tests.integration.notify.receivers import answers
from tests.servers import serve
from tests.unit.notify.test_rendering import a_member

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        ("400 Bad Request", b"channel_is_archived", "Slack answered 400 channel_is_archived"),
        ("404 Not Found", b"no_service", "Slack answered 404 (the webhook is gone)"),
        ("400 Bad Request", b"<html>something else</html>", "Slack answered 400"),
        ("400 Bad Request", b"s3cretpath", "Slack answered 400"),
    ],
)
def test_slacks_own_word_for_a_refusal_is_kept(status: str, body: bytes, said: str) -> None:
    with serve(answers(body, status)) as server:
        outcome = sender()(Channel("alerts", "slack", server.url("/services/T0/B1/s3cretpath")), compose([a_member()]))
    assert outcome == Refused(said)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("30", 30.0),
        ("0", 1.0),
        ("-5", 1.0),
        ("999999", 3600.0),
        ("Sat, 21 Nov 2026 02:01:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 01:00:00 GMT", 1.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds
