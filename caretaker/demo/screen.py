"""The demo's story on the terminal: one line for what is seen, one for what is told."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
import re

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from caretaker.core.results import Status
from caretaker.demo.configuration import SLACK_CHANNEL
from caretaker.demo.message import slack_message
from caretaker.demo.seen import Look, Run

_WIDTH = 80
_INDENT = 7  # columns of the simulated time in front of a line


class Screen:
    """Tells the story at 80 columns at most, in colour where the terminal has colours, and in plain text to a pipe.

    With ``recording`` the story can be saved as a picture afterwards.
    """

    def __init__(self, *, recording: bool = False) -> None:
        probe = Console()
        self._console = Console(width=min(probe.width, _WIDTH), record=recording, highlight=False, emoji=False)
        self._animated = self._console.is_terminal and not recording
        ascii_only = self._console.options.ascii_only
        self._good, self._bad = ("ok", "FAIL") if ascii_only else ("✓", "✗")

    def title(self) -> None:
        """Say what is about to be shown."""
        self._console.print(Text("Caretaker demo", style="bold"))
        self._console.print(
            "The real functions, from their artifacts, on a local AWS made from template.yaml.\n"
            "Runs are five minutes apart in simulated time. Nothing leaves this machine.\n",
            style="dim",
        )

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Turn a spinner, on a terminal only, while something takes its time."""
        if not self._animated:
            yield
            return
        with self._console.status(what, spinner="line" if self._console.options.ascii_only else "dots"):
            yield

    def done(self, what: str, seconds: float | None = None) -> None:
        """Say that a preparation is done, and how long it took."""
        line = Text.assemble((f"{self._good} ", "green"), what)
        if seconds is not None:
            line.append(f"  {seconds:.1f} s", style="dim")
        self._console.print(line)

    def heading(self, at: datetime, what: str) -> None:
        """Say what happens to the shop before the run at this time."""
        self._console.print()
        self._console.print(Padding(Text(what, style="italic"), (0, 0, 0, _INDENT)))

    def run(self, run: Run) -> None:
        """Show what a run saw and told, and the messages that arrived."""
        line = Text.assemble((f"{run.at:%H:%M}  ", "bold cyan"))
        for look in run.looks:
            line.append_text(self._look(look))
        line.append("nothing to tell" if not run.told else "")
        line.rstrip()
        self._console.print(line, no_wrap=True, overflow="ellipsis")
        for look in run.looks:
            if look.codes:
                self._indented(Text.assemble((f"{look.name}: ", ""), (", ".join(look.codes), "red"), f"  {look.complaint}"))
        if run.told:
            self._indented(Text.assemble("told: ", (", ".join(sorted(run.told)), "bold"), " → Slack, SNS"))
        for payload in run.slack:
            window = slack_message(payload, channel=SLACK_CHANNEL, sender="Caretaker", at=run.at)
            self._console.print(Padding(window, (0, 0, 0, 2)))
        for mail in run.mails:
            self._indented(Text.assemble(("e-mail by SNS: ", "dim"), mail.subject))

    def _look(self, look: Look) -> Text:
        bad = look.status is not Status.OK
        mark = (f"{self._bad} ", "red") if bad else (f"{self._good} ", "green")
        return Text.assemble(mark, (look.name, "red" if bad else ""), (f" {look.milliseconds} ms   ", "dim"))

    def _indented(self, text: Text) -> None:
        self._console.print(Padding(text, (0, 0, 0, _INDENT)))

    def summary(self, figures: Mapping[str, str]) -> None:
        """Show what was counted and measured."""
        table = Table(title="What happened", title_justify="left", title_style="bold", show_header=False)
        for name, value in figures.items():
            table.add_row(name, value)
        self._console.print()
        self._console.print(table)

    def success(self, what: str) -> None:
        """Say that everything happened as it had to."""
        self._console.print(Text.assemble((f"{self._good} ", "bold green"), what))

    def failure(self, sentences: Sequence[str]) -> None:
        """Say what happened otherwise than it had to."""
        for sentence in sentences:
            self._console.print(Text.assemble((f"{self._bad} ", "bold red"), sentence))

    def save_picture(self, path: Path) -> None:
        """Save everything shown so far as an SVG that fetches nothing from elsewhere."""
        picture = self._console.export_svg(title="caretaker demo", unique_id="demo")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL), "utf-8")
