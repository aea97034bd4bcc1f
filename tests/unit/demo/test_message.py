"""A received message looks in the terminal as it does in Slack."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from caretaker.demo.message import slack_message

AT = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)


def test_the_header_fields_and_context_of_an_attachment_stand_beside_its_bar() -> None:
    lines = shown(
        {
            "text": "api is down",
            "attachments": [
                {
                    "color": "#d00000",
                    "blocks": [
                        {"type": "header", "text": {"type": "plain_text", "text": ":red_circle: api is down"}},
                        {"type": "section", "text": {"type": "mrkdwn", "text": "*Do first:* look at `db`"}},
                        {"type": "section", "fields": [field("Since", "02:00"), field("Measured", "unhealthy")]},
                        {"type": "divider"},
                        {
                            "type": "actions",
                            "elements": [{"type": "button", "text": plain("Open runbook"), "url": "https://x"}],
                        },
                        {"type": "context", "elements": [{"type": "mrkdwn", "text": "uptime/api"}]},
                    ],
                }
            ],
        }
    )
    assert "Slack  #alerts" in lines[0]
    assert "Caretaker  APP  02:10" in lines[1]
    assert "▌ 🔴 api is down" in lines
    assert "▌ Do first: look at db" in lines
    assert any("Since" in line and "Measured" in line for line in lines)
    assert any("02:00" in line and "unhealthy" in line for line in lines)
    assert "▌ [ Open runbook ]" in lines
    assert "▌ uptime/api" in lines


def test_the_bar_has_the_attachments_colour() -> None:
    payload = {"attachments": [{"color": "#d00000", "text": "down"}]}
    assert "\x1b[1;38;2;208;0;0m▌" in output(payload, color=True)


def test_the_text_is_only_a_fallback_where_there_are_blocks() -> None:
    lines = shown(
        {"text": "for the notification", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "shown"}}]}
    )
    assert "shown" in lines
    assert "for the notification" not in lines


def test_a_message_of_text_alone_is_its_text() -> None:
    assert "hello" in shown({"text": "*hello*"})


def test_blocks_that_are_not_known_are_named() -> None:
    assert "(video)" in shown({"blocks": [{"type": "video"}]})


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = "https://example.com/" + "a" * 300
    payload = {
        "attachments": [
            {
                "blocks": [
                    {"type": "section", "text": {"type": "mrkdwn", "text": long}, "fields": [field("A", long)] * 3}
                ]
            }
        ]
    }
    assert max(map(len, output(payload, width=width).splitlines())) <= width


def test_a_narrow_terminal_shows_fields_below_each_other() -> None:
    payload = {"blocks": [{"type": "section", "fields": [field("Since", "02:00"), field("Measured", "unhealthy")]}]}
    assert not any("Since" in line and "Measured" in line for line in output(payload, width=40).splitlines())


def test_a_terminal_with_ascii_only_gets_ascii_only() -> None:
    buffer = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Console(file=buffer, width=80).print(window({"attachments": [{"text": "down"}]}))
    buffer.seek(0)
    assert "| down" in buffer.read()


def field(name: str, value: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": f"*{name}*\n{value}"}


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def window(payload: dict[str, Any]) -> Any:
    return slack_message(payload, channel="alerts", sender="Caretaker", at=AT)


def output(payload: dict[str, Any], *, width: int = 80, color: bool = False) -> str:
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, force_terminal=color, color_system="truecolor" if color else None)
    console.print(window(payload))
    return buffer.getvalue()


def shown(payload: dict[str, Any]) -> list[str]:
    return [line.strip("│ ") for line in output(payload).splitlines()]
