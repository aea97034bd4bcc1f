"""What people read: every text keeps its limits, says what matters first, and cannot be made to say more."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from caretaker.core.incidents.notification import Event
from caretaker.core.results import Finding, Severity
from functions.notify.channels.machine_form import machine_form
from functions.notify.channels.slack_blocks import escape, payload
from functions.notify.channels.sns_texts import sms, subject, texts
from functions.notify.member import Member
from functions.notify.message import MEMBERS_SHOWN, compose, headline

AT = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)
FINDING = Finding("slow", Severity.CRITICAL, "took 6.20 s, limit 5 s", "Look at the database.", "6.20 s", "5 s")

any_text = st.text(max_size=4000)


def a_member(**changes: Any) -> Member:
    fields: dict[str, Any] = {
        "event": Event.OPENED,
        "incident": "20261121T021000Z-uptime-api",
        "check": "uptime/api",
        "name": "api",
        "group": "backend",
        "environment": "production",
        "where": "https://api.example.com/health",
        "status": "down",
        "severity": Severity.CRITICAL,
        "summary": "took 6.20 s, limit 5 s",
        "findings": (FINDING,),
        "more_findings": 0,
        "since": AT,
        "at": AT,
        "last_good": AT - timedelta(minutes=5),
        "was": None,
        "seconds": None,
        "previous": None,
    }
    return Member(**fields | changes)


def recovered(**changes: Any) -> Member:
    return a_member(event=Event.RESOLVED, status="ok", at=AT + timedelta(minutes=15), seconds=900, **changes)


members = st.builds(
    a_member,
    event=st.sampled_from(Event),
    name=any_text,
    group=any_text,
    environment=any_text,
    where=any_text,
    summary=any_text,
    seconds=st.integers(0, 10**9),
    findings=st.lists(
        st.builds(Finding, st.just("slow"), st.sampled_from(Severity), any_text, any_text, any_text, any_text),
        max_size=5,
    ).map(tuple),
    more_findings=st.integers(0, 99),
    severity=st.sampled_from(Severity),
    last_good=st.none() | st.just(AT),
)
messages = st.builds(
    compose, st.lists(members, min_size=1, max_size=3), late=st.booleans(), instead_of=st.sampled_from(["", "alerts"])
)


def slack_text(message: Any) -> str:
    return json.dumps(payload(message), ensure_ascii=False)


def test_an_alarm_says_what_where_since_when_how_much_and_what_to_do_first() -> None:
    shown = slack_text(compose([a_member()]))
    assert payload(compose([a_member()]))["text"] == "*CRITICAL: api is down*"
    for said in (
        "took 6.20 s, limit 5 s",
        "https://api.example.com/health",
        f"<!date^{int(AT.timestamp())}^",
        "6.20 s (limit 5 s)",
        "Look at the database.",
        "2026-11-21 02:05 UTC",
    ):
        assert said in shown


def test_a_recovery_says_how_long_it_lasted_and_is_green() -> None:
    sent = payload(compose([recovered()]))
    assert sent["text"] == "*api has recovered after 15 min*"
    assert sent["attachments"][0]["color"] == "#2da44e"


def test_the_colour_is_that_of_the_severity() -> None:
    colours = {payload(compose([a_member(severity=severity)]))["attachments"][0]["color"] for severity in Severity}
    assert len(colours) == 4


def test_many_members_are_listed_up_to_a_cap_and_the_rest_counted() -> None:
    message = compose([a_member(check=f"uptime/{n:03d}", name=f"api{n}") for n in range(61)])
    assert headline(message) == "CRITICAL: 61 checks are down"
    assert "… and 41 more" in slack_text(message)
    assert len(message.members) == MEMBERS_SHOWN


def test_members_of_different_fates_are_counted_apart() -> None:
    message = compose([a_member(), a_member(status="degraded"), a_member(name="web")])
    assert headline(message) == "CRITICAL: 3 checks: 2 are down, 1 are degraded"


def test_a_late_message_says_so() -> None:
    assert "is late" in slack_text(compose([a_member()], late=True))
    assert "meant for alerts" in slack_text(compose([a_member()], instead_of="alerts"))


@pytest.mark.parametrize(
    "hostile", ["<!channel>", "<!here>", "<@U123>", "<https://evil.example|click>", "*bold* _it_ `x`"]
)
def test_what_a_server_says_cannot_mention_link_or_format(hostile: str) -> None:
    shown = slack_text(compose([a_member(summary=hostile, name=hostile, where=hostile)]))
    assert hostile not in shown
    assert "<!channel>" not in shown
    assert "<@U123>" not in shown


@given(messages)
def test_slack_takes_every_message(message: Any) -> None:
    sent = payload(message)
    assert len(sent["text"]) <= 600
    blocks = sent["attachments"][0]["blocks"]
    assert 0 < len(blocks) <= 50
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        texts_of_block = [block["text"], *block.get("fields", [])] if "text" in block else block.get("fields", [])
        for shown in texts_of_block:
            assert 0 < len(shown["text"]) <= 3000
        assert all(len(shown["text"]) <= 2000 for shown in block.get("fields", []))


@given(any_text)
def test_no_markup_survives_escaping(text: str) -> None:
    assert not re.search(r"[<>]", escape(text))


@given(messages)
def test_a_subject_is_short_ascii_and_one_line(message: Any) -> None:
    shown = subject(message)
    assert 0 < len(shown) < 100
    assert shown.isascii()
    assert shown.isprintable()
    assert shown[0].isalnum()


@given(messages)
def test_a_short_message_fits_one_part(message: Any) -> None:
    assert 0 < len(sms(message)) <= 140
    assert sms(message).isascii()


@given(messages)
def test_each_protocol_has_its_text_and_all_of_it_fits(message: Any) -> None:
    body = texts(message)
    assert len(body.encode()) < 256_000
    by_protocol = json.loads(body)
    assert {"default", "email", "sms", "https", "sqs"} <= by_protocol.keys()
    assert json.loads(by_protocol["https"])["schema"] == 1


def test_machines_get_names_and_codes() -> None:
    form = machine_form(compose([a_member()]))
    assert form["severity"] == "critical"
    assert form["members"] == [
        {
            "kind": "opened",
            "incident": "20261121T021000Z-uptime-api",
            "check": "uptime/api",
            "group": "backend",
            "where": "https://api.example.com/health",
            "status": "down",
            "severity": "critical",
            "summary": "took 6.20 s, limit 5 s",
            "fix": "Look at the database.",
            "runbook": "docs/runbooks/uptime.md#slow",
            "codes": ["slow"],
            "since": "2026-11-21T02:10:00Z",
            "at": "2026-11-21T02:10:00Z",
            "seconds": None,
            "note": "",
        }
    ]


def test_a_reminder_says_how_long_it_has_been() -> None:
    still = a_member(event=Event.REMINDER, seconds=7800)
    assert headline(compose([still])) == "CRITICAL: api is still down after 2 h 10 min"
    assert headline(compose([still, still])) == "CRITICAL: 2 checks are still down"


def test_flapping_is_in_the_headline() -> None:
    assert headline(compose([a_member(flapping=True)])) == "CRITICAL: api is flapping: it is down"


def test_a_note_is_shown_by_slack_and_in_mails() -> None:
    message = compose([a_member(note="It was bad while db was.")])
    assert "It was bad while db was." in json.dumps(payload(message))
    assert "It was bad while db was." in json.loads(texts(message))["email"]
