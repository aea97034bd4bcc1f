"""The demo's story on the terminal: a line for what a run saw, and what it told as people get it."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from caretaker.archive.entries import Entry
from caretaker.archive.proof import LEVELS, Level, Step
from caretaker.core.results import Status
from caretaker.core.sizes import spoken_size
from caretaker.demo.command import Said
from caretaker.demo.configuration import SLACK_CHANNEL
from caretaker.demo.message import slack_message
from caretaker.demo.seen import Look, Run

_WIDTH = 80
_INDENT = 7  # columns of the simulated time in front of a line
_MEANS: Mapping[Level, str] = {
    "present": "every object is there",
    "checksums": "each is what was stored",
    "decoded": "the dump was read to its end",
    "restored": "into a PostgreSQL of its own, gone by now",
    "equal": "every table, row by row",
}


class Screen:
    """Tells the story at 80 columns at most: in colour where the terminal has colours, plainly to a pipe.

    With ``recording`` the story can be saved as a picture afterwards.
    """

    def __init__(self, *, recording: bool = False) -> None:
        self._console = Console(record=recording, highlight=False, emoji=False)
        self._console.width = min(self._console.width, _WIDTH)
        # A spinner in a picture would be a hundred frames below each other.
        self._animated = self._console.is_terminal and not recording
        self._ascii = self._console.options.ascii_only
        self._good, self._bad = ("+", "x") if self._ascii else ("✓", "✗")

    def title(self) -> None:
        """Say what is about to be shown."""
        self._console.print(Text("Caretaker demo", style="bold"))
        self._console.print(
            "The real functions watch a small shop, on a local AWS made from template.yaml.\n"
            "Runs are five minutes apart in simulated time. Nothing leaves this machine.\n",
            style="dim",
        )

    @contextmanager
    def working(self, what: str) -> Iterator[Callable[[str], None]]:
        """Show, on a terminal, that something takes its time, and how much by now; give what says why.

        That is a line of its own below, on a terminal, and a plain line on standard error elsewhere: no part of the
        story.
        """
        if not self._animated:
            yield self._say_plainly
            return
        spinner = SpinnerColumn("line" if self._ascii else "dots")
        columns = (spinner, TextColumn("[dim]{task.description}[/]"), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            progress.add_task(what, total=None)

            def say(why: str) -> None:
                progress.add_task(why, total=None)

            yield say

    @staticmethod
    def _say_plainly(why: str) -> None:
        sys.stderr.write(f"{why}\n")

    def ready(self, shop: str, endpoint: str, seconds: float) -> None:
        """Say that everything is there, and how long that took."""
        self._mark(True, f"the shop is open at {shop}")
        self._mark(True, f"the local AWS is ready on {endpoint} after {seconds:.1f} s")

    def heading(self, what: str) -> None:
        """Say what happens to the shop before the next run; nothing if ``what`` is empty."""
        if what:
            self._console.print()
            self._indented(Text(what, style="italic"))

    def run(self, run: Run) -> None:
        """Show what a run saw and told, and the messages that arrived."""
        line = Text.assemble((f"{run.at:%H:%M}  ", "bold cyan"))
        for look in run.looks:
            line.append_text(self._look(look))
        if not run.told:
            line.append(
                "nothing new to tell" if any(look.codes for look in run.looks) else "nothing to tell", style="dim"
            )
        line.rstrip()
        self._console.print(line)
        for look in run.looks:
            if look.complaint:
                self._indented(Text(f"{look.name}: {look.complaint}"))
        if run.told:
            self._indented(Text.assemble("told: ", (", ".join(sorted(run.told)), "bold")))
        for payload in run.slack:
            self._console.print(slack_message(payload, channel=SLACK_CHANNEL, sender="Caretaker", at=run.at))
        for subject in run.subjects:
            self._indented(Text.assemble(("and to the SNS topic: ", "dim"), subject))

    @property
    def columns(self) -> int:
        """How wide the output of a command may be."""
        return self._console.width - _INDENT

    def proven(self, backup: Entry) -> None:
        """Show a backup, and each level that its drill has reached."""
        made, proof = backup.manifest, backup.proof
        stored = spoken_size(sum(each.bytes for each in made.objects))
        rows = f"{made.totals.rows:,} rows in {made.totals.tables} tables, {stored} stored"
        self.noted(True, f"backup {made.id.text}\n  {rows}")
        for level in LEVELS:
            if proof is not None and (step := proof.step(level)):
                self._indented(self._level(step))

    def noted(self, good: bool, what: str) -> None:
        """Show something that is as it should be, or is not."""
        self._indented(self._marked(good, what))

    def command(self, said: Said) -> None:
        """Show a command as it was typed, and what it said."""
        self._indented(Text(f"$ {said.typed}", style="bold"))
        for line in said.lines:
            self._indented(Text(line))

    def summary(self, figures: Mapping[str, str]) -> None:
        """Show what was counted and measured."""
        table = Table(show_header=False)
        for name, value in figures.items():
            table.add_row(name, value)
        self._console.print()
        self._console.print(table)

    def verdict(self, wrong: Sequence[str]) -> None:
        """Say that everything happened as it had to, or what did not."""
        if not wrong:
            self._mark(True, "Everything was told exactly once, nothing else was, and what was lost is back.")
            return
        for sentence in wrong:
            self._mark(False, sentence)
        self._mark(False, "The demo did not go as it should have: that is a defect of Caretaker. Please report it.")

    def save_picture(self, path: Path) -> None:
        """Save everything shown so far as an SVG that fetches nothing from elsewhere."""
        self._console.print()  # or the picture's edge cuts the last line
        picture = self._console.export_svg(title="caretaker demo", unique_id="demo")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL), "utf-8")

    def _look(self, look: Look) -> Text:
        good = look.status is Status.OK
        mark = (f"{self._good} ", "green") if good else (f"{self._bad} ", "red")
        codes = (f" {', '.join(look.codes)}", "red") if look.codes else ""
        return Text.assemble(mark, look.name, (f" {look.milliseconds} ms", "dim"), codes, "   ")

    def _indented(self, text: Text) -> None:
        for line in text.wrap(self._console, self._console.width - _INDENT):
            line.rstrip()
            self._console.print(Text(" " * _INDENT).append_text(line))

    def _level(self, step: Step) -> Text:
        text = self._marked(True, f"{step.level:<10} {step.seconds:4.1f} s")
        return text.append(f"  {_MEANS[step.level]}", style="dim")

    def _mark(self, good: bool, what: str) -> None:
        self._console.print(self._marked(good, what))

    def _marked(self, good: bool, what: str) -> Text:
        mark = (f"{self._good} ", "green") if good else (f"{self._bad} ", "bold red")
        return Text.assemble(mark, what)
