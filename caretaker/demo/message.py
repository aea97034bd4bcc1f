"""A message sent to Slack, shown in the terminal as Slack would show it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.rule import Rule
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from caretaker.demo.mrkdwn import emoji, plain, styled

Block = Mapping[str, Any]  # a Block Kit object: its values are of any JSON type

_NARROW = 56  # columns below which Slack, too, shows fields below each other


def slack_message(payload: Mapping[str, Any], *, channel: str, sender: str, at: datetime) -> RenderableType:
    """Return a window with the message as a reader of the channel sees it at this time."""
    parts: list[RenderableType] = [_sender(sender, at), *_blocks(payload.get("blocks", ()))]
    attachments: Sequence[Block] = payload.get("attachments", ())
    if not payload.get("blocks") and (not attachments or "text" in payload):
        parts.append(styled(payload.get("text", "")))
    for attachment in attachments:
        inner: list[RenderableType] = list(_blocks(attachment.get("blocks", ())))
        if not inner:
            inner.append(styled(attachment.get("text") or attachment.get("fallback", "")))
        parts.append(_Barred(Group(*inner), str(attachment.get("color", "#dddddd"))))
    return Panel(Group(*parts), title=f"Slack  #{channel}", title_align="left", border_style="dim", padding=(0, 1))


def _sender(sender: str, at: datetime) -> Text:
    return Text.assemble((sender, "bold"), " ", (" APP ", "black on grey82"), " ", (at.strftime("%H:%M"), "dim"))


def _blocks(blocks: Iterable[Block]) -> Iterator[RenderableType]:
    for block in blocks:
        match block["type"]:
            case "header":
                yield Text(emoji(plain(block["text"]["text"])), style="bold")
            case "section":
                if "text" in block:
                    yield _text(block["text"])
                if "fields" in block:
                    yield _Fields([_text(field) for field in block["fields"]])
            case "context":
                context = Text("  ").join(_text(element) for element in block["elements"] if "text" in element)
                context.stylize_before("dim")
                yield context
            case "divider":
                yield Rule(style="dim")
            case "actions":
                yield Text("  ").join(
                    Text(f"[ {plain(element['text']['text'])} ]", style="bold")
                    for element in block["elements"]
                    if "text" in element
                )
            case other:
                yield Text(f"({other})", style="dim")


def _text(element: Block) -> Text:
    if element["type"] == "mrkdwn":
        return styled(element["text"])
    return Text(emoji(plain(element["text"])))


@dataclass(frozen=True, slots=True)
class _Fields:
    fields: Sequence[Text]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = 1 if options.max_width < _NARROW else 2
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        for _ in range(columns):
            grid.add_column(ratio=1, overflow="fold")
        for start in range(0, len(self.fields), columns):
            grid.add_row(*self.fields[start : start + columns])
        yield grid


@dataclass(frozen=True, slots=True)
class _Barred:
    """Something with a coloured bar along its left side."""

    inner: RenderableType
    color: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        bar = Segment("| " if options.ascii_only else "▌ ", Style(color=_color(self.color), bold=True))
        for line in console.render_lines(self.inner, options.update(width=options.max_width - 2), pad=False):
            yield bar
            yield from line
            yield Segment.line()


def _color(name: str) -> str:
    # Slack knows these three by name besides hexadecimal colours.
    return {"good": "#2eb886", "warning": "#daa038", "danger": "#a30200"}.get(name, name)
