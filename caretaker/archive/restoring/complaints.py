"""What pg_restore complains of on its standard error, each with the item of the archive that it is about."""

import re
from dataclasses import dataclass

from caretaker.core.printable import printable
from caretaker.core.secrets import Redactor

_SAYS = re.compile(r"(?:pg_restore: )+(?P<text>.*)")  # more than once where its sessions spoke at the same time
_ENTRY = re.compile(r"from TOC entry (?P<id>\d+); ")
_IGNORED = re.compile(r"warning: errors ignored on restore: (?P<number>\d+)")
_MOST = 200  # complaints that are kept
_LONGEST = 500  # characters of each


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error, in the program's words. ``item`` is the number of what it was about, None where it names none."""

    item: int | None
    message: str


class Complaints:
    """Takes in what the program says line by line, with ``--verbose``; memory does not depend on how much that is.

    ``count`` is the number of all errors, of which the first are ``kept``; ``ignored`` is what the program itself
    counts in the end. ``doing`` is what it was at last.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._item: int | None = None
        self._open = False  # whether the last error may go on in the next line
        self.kept: list[Complaint] = []
        self.count = 0
        self.ignored = 0
        self.doing = ""

    def hear(self, line: str) -> None:
        """Take in a line."""
        text = printable(self._redactor.text(line))
        said = _SAYS.fullmatch(text)
        if said is None:
            self._continue(text)
            return
        self._open = False
        words = said["text"]
        if entry := _ENTRY.match(words):
            self._item = int(entry["id"])
        elif ignored := _IGNORED.match(words):
            self.ignored = int(ignored["number"])
        elif words.startswith("error: "):
            self._complain(words.removeprefix("error: "))
        elif not words.startswith(("warning: ", "detail: ", "hint: ", "while ")):
            self._item = None
            self.doing = words[:_LONGEST]

    def _complain(self, message: str) -> None:
        self.count += 1
        if len(self.kept) < _MOST:
            self.kept.append(Complaint(self._item, message[:_LONGEST]))
            self._open = True

    def _continue(self, text: str) -> None:
        """Take in a further line of an error: what the server adds to it, and the command, which is left out."""
        if text.startswith("Command was:"):
            self._open = False
        if self._open and text.strip():
            last = self.kept[-1]
            self.kept[-1] = Complaint(last.item, f"{last.message} | {text.strip()}"[:_LONGEST])
