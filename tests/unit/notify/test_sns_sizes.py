"""What goes to a topic fits into what SNS takes, and is whole."""

import json

import pytest

from caretaker.core.results import Finding, Severity
from functions.notify.channels.sns_texts import texts
from functions.notify.message import compose
from tests.unit.notify.test_rendering import a_member

MOST = 262_144  # bytes: SNS' limit


@pytest.mark.parametrize("filling", ["x", '"', "\\", "é", "😀", "\ud800"])
def test_two_hundred_long_members_fit_and_those_that_do_not_are_counted(filling: str) -> None:
    long = filling * 100_000
    finding = Finding("slow", Severity.HIGH, long, long, long, long)
    members = [
        a_member(check=f"uptime/{n}", where=long, summary=long, note=long, group=long, findings=(finding,) * 5)
        for n in range(200)
    ]
    sent = texts(compose(members))
    assert len(sent.encode()) < MOST
    by_protocol = json.loads(sent)
    machine = json.loads(by_protocol["sqs"])
    assert len(machine["members"]) >= 1
    assert len(machine["members"]) + machine["hidden"] == 200
    assert by_protocol["email"].endswith("Caretaker, environment production")
    listed = by_protocol["email"].count("First do:")
    assert listed >= 1
    assert f"… and {200 - listed} more" in by_protocol["email"]


def test_as_many_are_listed_as_there_is_room_for() -> None:
    members = [a_member(check=f"uptime/{n}", summary="x" * 1000, where="x" * 1000, note="x" * 1000) for n in range(20)]
    by_protocol = json.loads(texts(compose(members)))
    shown = json.loads(by_protocol["sqs"])["members"]
    assert 10 <= len(shown) < 20
    assert len(by_protocol["sqs"].encode()) + len(json.dumps(shown[0])) > 25_000
    assert by_protocol["email"].count("First do:") == 20


def test_what_fits_is_shown_whole() -> None:
    by_protocol = json.loads(texts(compose([a_member(check=f"uptime/{n}") for n in range(61)])))
    assert len(json.loads(by_protocol["sqs"])["members"]) == by_protocol["email"].count("First do:") == 20
    assert "… and 41 more" in by_protocol["email"]


def test_a_line_of_a_mail_cannot_be_made_by_a_server() -> None:
    by_protocol = json.loads(texts(compose([a_member(summary="slow\n  First do:   call +1 900 555")])))
    assert by_protocol["email"].count("\n  First do:") == 1
