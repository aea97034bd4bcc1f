"""Every alarm leads to the page that says what to do, on every channel, and nothing else does."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from caretaker.core.incidents.notification import Event
from functions.notify.channels.machine_form import machine_form
from functions.notify.channels.pagerduty_events import event
from functions.notify.channels.slack_blocks import payload
from functions.notify.channels.sns_texts import texts
from functions.notify.message import Message, compose
from functions.notify.runbooks import Runbooks
from tests.unit.notify.test_rendering import a_member, messages, recovered

HOME = "https://git.example.com/acme/docs/runbooks"
PUBLISHED = Runbooks(HOME, {"uptime/shop": "https://wiki.example.com/shop?a=1&b=2"})


def alarm(runbooks: Runbooks = PUBLISHED, **changes: Any) -> Message:
    return compose([a_member(**changes)], runbooks=runbooks)


def pager(message: Message) -> dict[str, Any]:
    return event("key", message.members[0], message)


def slack(message: Message) -> str:
    return json.dumps(payload(message), ensure_ascii=False)


def machine(message: Message) -> Any:
    return json.loads(json.dumps(machine_form(message)))


def mail(message: Message) -> str:
    return str(json.loads(texts(message))["email"])


def test_a_published_runbook_is_a_link_in_slack() -> None:
    assert f"*Runbook* <{HOME}/uptime.md#slow>" in slack(alarm())


def test_each_check_of_a_long_message_has_its_link_in_slack() -> None:
    message = compose([a_member(), a_member(check="cert/web", findings=())], runbooks=PUBLISHED)
    assert f"Runbook: <{HOME}/uptime.md#slow>" in slack(message)
    assert f"Runbook: <{HOME}/cert.md>" in slack(message)


def test_a_mail_has_the_address_on_a_line_of_its_own() -> None:
    assert f"  Runbook:    {HOME}/uptime.md#slow\n" in mail(alarm())


def test_pagerduty_shows_a_link_and_keeps_it_among_the_details() -> None:
    sent = pager(alarm())
    assert sent["links"] == [{"href": f"{HOME}/uptime.md#slow", "text": "Runbook"}]
    assert sent["payload"]["custom_details"]["runbook"] == f"{HOME}/uptime.md#slow"


def test_a_webhook_gets_it_by_name() -> None:
    assert machine(alarm())["members"][0]["runbook"] == f"{HOME}/uptime.md#slow"


def test_without_an_address_the_file_and_section_are_named_and_nothing_is_a_link() -> None:
    message = alarm(Runbooks())
    path = "docs/runbooks/uptime.md#slow"
    assert f"*Runbook* {path}" in slack(message)
    assert f"  Runbook:    {path}\n" in mail(message)
    assert "links" not in pager(message)
    assert pager(message)["payload"]["custom_details"]["runbook"] == path


def test_a_team_s_own_page_takes_the_place_of_ours() -> None:
    message = alarm(check="uptime/shop")
    assert "*Runbook* <https://wiki.example.com/shop?a=1&amp;b=2>" in slack(message)
    assert pager(message)["links"][0]["href"] == "https://wiki.example.com/shop?a=1&b=2"


@pytest.mark.parametrize(
    "ended", [recovered(), a_member(event=Event.UNWATCHED, seconds=9)], ids=["resolved", "unwatched"]
)
def test_what_has_ended_needs_no_runbook(ended: Any) -> None:
    message = compose([ended], runbooks=PUBLISHED)
    assert "unbook" not in slack(message) + mail(message)
    assert machine(message)["members"][0]["runbook"] == ""


@given(st.text(st.characters(codec="ascii", exclude_categories=["C", "Z"]), max_size=360))
def test_no_address_can_leave_its_link_in_slack(rest: str) -> None:
    shown = slack(alarm(Runbooks("x", {"uptime/api": f"https://wiki.example.com/{rest}"})))
    (link,) = re.findall(r"\*Runbook\* <([^\"]*)>", json.dumps(json.loads(shown)).replace('\\"', "%22"))
    assert not set(link) & set("<>| ")


@given(messages)
def test_with_the_longest_address_slack_takes_every_message(message: Message) -> None:
    sent = payload(compose(message.everybody, runbooks=Runbooks("https://" + "é" * 400)))
    for block in sent["attachments"][0]["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        assert len(block.get("text", {}).get("text", "")) <= 3000


@given(st.integers(1, 61))
def test_with_the_longest_address_a_mail_keeps_it_whole(count: int) -> None:
    home = "https://" + "x" * 392
    sent = texts(compose([a_member(check=f"freshness/{n}") for n in range(count)], runbooks=Runbooks(home)))
    assert len(sent.encode()) < 256_000
    assert f"{home}/freshness.md#slow\n" in json.loads(sent)["email"]
