"""Slack's own markup, ``mrkdwn``, as text with styles for the terminal.

https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re
from datetime import UTC, datetime, tzinfo

from rich.text import Text

_MARKUP = re.compile(
    r"```\n?(?P<block>.+?)\n?```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>"
    r"|(?<!\w)\*(?P<bold>(?!\s)[^*\n]+(?<!\s))\*(?!\w)"
    r"|(?<!\w)_(?P<italic>(?!\s)[^_\n]+(?<!\s))_(?!\w)"
    r"|(?<!\w)~(?P<strike>(?!\s)[^~\n]+(?<!\s))~(?!\w)"
    r"|:(?P<emoji>[a-z0-9_+-]+):",
    re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b]")
_EMOJI = {
    "bell": "🔔",
    "large_blue_circle": "🔵",
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_yellow_circle": "🟡",
    "red_circle": "🔴",
    "rotating_light": "🚨",
    "warning": "⚠",
    "white_check_mark": "✅",
}
_STYLES = {"bold": "bold", "italic": "italic", "strike": "strike"}
_CODE = "red on grey93"
_LINK = "underline blue"


def styled(text: str, zone: tzinfo = UTC) -> Text:
    """Return a text of a Slack message as the terminal shows it, dates in the given zone."""
    shown = Text()
    position = 0
    for found in _MARKUP.finditer(text):
        shown.append(plain(text[position : found.start()]))
        shown.append_text(_piece(found, zone))
        position = found.end()
    return shown.append(plain(text[position:]))


def plain(text: str) -> str:
    """Return a text with Slack's three escapes undone, and nothing in it that is invisible or commands a terminal."""
    return _CONTROL.sub("", html.unescape(text))


def emoji(text: str) -> str:
    """Return a text with ``:name:`` replaced where the emoji is known."""
    return re.sub(r":([a-z0-9_+-]+):", lambda found: _EMOJI.get(found[1], found[0]), text)


def _piece(found: re.Match[str], zone: tzinfo) -> Text:
    kind, inner = found.lastgroup or "", found[found.lastgroup or 0]
    match kind:
        case "block" | "code":
            return Text(plain(inner), style=_CODE)
        case "angle":
            return _angle(inner, zone)
        case "emoji":
            return Text(_EMOJI.get(inner, found[0]))
        case _:
            piece = styled(inner, zone)
            piece.stylize(_STYLES[kind])
            return piece


def _angle(inner: str, zone: tzinfo) -> Text:
    target, _, label = inner.partition("|")
    if target.startswith("!date^"):
        return Text(_date(target, plain(label), zone))
    if target.startswith(("!", "@", "#")):
        return Text(plain(label) or "@" + plain(target[1:]).lstrip("@"), style="bold blue")
    return Text(plain(label or target).removeprefix("mailto:"), style=_LINK)


def _date(target: str, fallback: str, zone: tzinfo) -> str:
    # <!date^TIMESTAMP^FORMAT^OPTIONAL_LINK|FALLBACK>
    parts = target.split("^")
    try:
        moment = datetime.fromtimestamp(int(parts[1]), zone)
        form = parts[2]
    except (IndexError, ValueError, OverflowError, OSError):
        return fallback
    tokens = {
        "{date_num}": moment.strftime("%Y-%m-%d"),
        "{date_slash}": moment.strftime("%m/%d/%Y"),
        "{date_long}": moment.strftime(f"%A, %B {moment.day}, %Y"),
        "{date_short}": moment.strftime(f"%b {moment.day}, %Y"),
        "{date}": moment.strftime(f"%B {moment.day}, %Y"),
        "{time_secs}": moment.strftime("%H:%M:%S"),
        "{time}": moment.strftime("%H:%M"),
    }
    pretty = form.replace("_pretty}", "}")
    for token, value in tokens.items():
        pretty = pretty.replace(token, value)
    return plain(pretty)
