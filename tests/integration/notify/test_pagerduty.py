"""What PagerDuty gets: an event for each incident, under a key that its end has too, however many there are."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from caretaker.core.config import Channel
from caretaker.core.incidents.notification import Event
from caretaker.core.results import Severity
from functions.notify.channels import pagerduty
from functions.notify.channels.outcome import Refused, Retry, Sent
from functions.notify.member import Member
from functions.notify.message import Message, compose
from tests.integration.notify.receivers import CHANNELS, SECRET, Inbox, answer, answers, received
from tests.servers import serve
from tests.unit.notify.test_rendering import a_member

CHANNEL = Channel("pager", "pagerduty", SECRET)
TAKEN = answer(b'{"status": "success"}', "202 Accepted")


def events(message: Message) -> list[Any]:
    return [json.loads(body) for body in received(CHANNELS["pagerduty"], message).bodies]


def several(count: int) -> list[Member]:
    return [a_member(check=f"uptime/t{n}", name=f"t{n}", incident=f"{n}") for n in range(count)]


def told(inbox: Inbox) -> list[str]:
    return [json.loads(body)["dedup_key"].rpartition("/")[2] for body in inbox.bodies]


def test_each_incident_is_an_event_under_the_checks_own_key_on_one_connection() -> None:
    with serve(inbox := answers(b"{}")) as server:
        assert CHANNELS["pagerduty"].send(server.url(), compose(several(25))) == Sent()
    keys = [json.loads(body)["dedup_key"] for body in inbox.bodies]
    assert keys == sorted(f"caretaker/production/uptime/t{n}" for n in range(25))
    assert server.connections == 1


def test_an_event_says_on_a_locked_telephone_what_is_wrong_and_where() -> None:
    (one,) = events(compose([a_member()]))
    assert one["event_action"] == "trigger"
    assert one["payload"]["summary"] == "api is down (production): took 6.20 s, limit 5 s"
    assert one["payload"]["custom_details"]["first thing to do"] == "Look at the database."


def test_the_end_comes_under_the_same_key_whatever_the_texts() -> None:
    (opened,) = events(compose([a_member()]))
    (ended,) = events(compose([a_member(event=Event.RESOLVED, summary="fine", seconds=9)]))
    assert opened["dedup_key"] == ended["dedup_key"]
    assert ended["event_action"] == "resolve"


def test_of_a_check_that_recovered_and_failed_again_the_last_word_is_that_it_fails() -> None:
    recovered = a_member(event=Event.RESOLVED, incident="1", seconds=9, severity=Severity.LOW)
    failed = a_member(incident="2", at=recovered.at + timedelta(minutes=5))
    actions = [one["event_action"] for one in events(compose([failed, recovered]))]
    assert actions == ["resolve", "trigger"]


@pytest.mark.parametrize(
    ("severity", "said"), [("critical", "critical"), ("high", "error"), ("medium", "warning"), ("low", "info")]
)
def test_severities_have_pagerdutys_own_words(severity: str, said: str) -> None:
    (one,) = events(compose([a_member(severity=Severity(severity))]))
    assert one["payload"]["severity"] == said


def test_limits_of_length_are_kept_and_nothing_is_empty_that_must_not_be() -> None:
    (one,) = events(compose([a_member(check=f"freshness/{'c' * 64}", where="\x00", summary="s" * 100_000)]))
    assert len(one["payload"]["summary"]) == 1024
    assert len(one["dedup_key"]) <= 255
    assert one["payload"]["source"] == f"freshness/{'c' * 64}"


def test_what_was_taken_before_a_failure_is_not_sent_again() -> None:
    with serve(inbox := Inbox([TAKEN, TAKEN, answer(b"", "429 Too Many", "Retry-After: 7"), TAKEN])) as server:
        send = pagerduty.sender({"us": server.url()})
        assert send(CHANNEL, compose(several(4))) == Retry("PagerDuty answered 429", 7.0)
        assert send(CHANNEL, compose(several(4))) == Sent()
    assert told(inbox) == ["t0", "t1", "t2", "t2", "t3"]


def test_what_was_taken_under_one_key_is_sent_under_another() -> None:
    with serve(inbox := Inbox([TAKEN])) as server:
        send = pagerduty.sender({"us": server.url()})
        assert send(CHANNEL, compose(several(1))) == Sent()
        assert send(replace(CHANNEL, address="another"), compose(several(1))) == Sent()
    assert told(inbox) == ["t0", "t0"]


def test_an_event_that_is_not_accepted_keeps_no_other_and_is_said_again_without_asking() -> None:
    refused = answer(b'{"message": "invalid", "errors": ["no\\nsource"]}', "400 Bad Request")
    with serve(inbox := Inbox([TAKEN, refused, TAKEN])) as server:
        send = pagerduty.sender({"us": server.url()})
        for _ in range(2):
            assert send(CHANNEL, compose(several(3))) == Refused("PagerDuty answered 400 no source")
    assert told(inbox) == ["t0", "t1", "t2"]


def test_when_the_time_is_over_the_next_attempt_goes_on() -> None:
    with serve(inbox := Inbox([TAKEN])) as server:
        send = pagerduty.sender({"us": server.url()}, patience=1.0)  # not enough to begin a second event
        assert send(CHANNEL, compose(several(3))) == Retry("PagerDuty has taken 1 of 3 events so far", 1.0)
        assert send(CHANNEL, compose(several(3))) == Retry("PagerDuty has taken 2 of 3 events so far", 1.0)
        assert send(CHANNEL, compose(several(3))) == Sent()
    assert told(inbox) == ["t0", "t1", "t2"]


def test_only_so_much_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagerduty, "_REMEMBERED", 2)
    with serve(inbox := Inbox([TAKEN])) as server:
        send = pagerduty.sender({"us": server.url()})
        for _ in range(2):
            assert send(CHANNEL, compose(several(3))) == Sent()
    assert told(inbox) == ["t0", "t1", "t2", "t0"]


def chunked(body: bytes) -> bytes:
    return b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


def test_a_connection_is_used_again_also_after_an_answer_in_chunks() -> None:
    with serve(Inbox([chunked(b'{"status": "success"}')])) as server:
        assert CHANNELS["pagerduty"].send(server.url(), compose(several(5))) == Sent()
    assert server.connections == 1
