"""What a program of PostgreSQL says on its standard error while it runs with ``--verbose``."""

import re
from collections import deque

from caretaker.core.printable import printable
from caretaker.core.secrets import Redactor

_SAYS = re.compile(r"\w+: (?:(error|fatal|warning|detail|hint): )?(.*)", re.DOTALL)
_TABLE = re.compile(r'dumping contents of table "(.*)"')
# What pg_dump leaves out without failing: https://github.com/postgres/postgres/blob/master/src/bin/pg_dump/pg_dump.c
_OMITTED = re.compile(
    r"not dumped|could not be dumped|ignored|is not supported anymore|are not supported anymore"
    r"|appears to be invalid|^bogus |^invalid |^skipping "
)
_MOST_LINES = 6
_LONGEST = 300  # characters of a line


class Words:
    """Keeps the last words of a program that fails, what it leaves out, and where it is; without any secret."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._lines: deque[str] = deque(maxlen=_MOST_LINES)
        self._doing = ""
        self.omitted: list[str] = []
        self.table = ""

    def hear(self, line: str) -> None:
        """Take in a line of its standard error."""
        text = printable(self._redactor.text(line))
        said = _SAYS.fullmatch(text)
        if said and not said[1]:
            self._doing = said[2][:_LONGEST]
            if found := _TABLE.fullmatch(said[2]):
                self.table = found[1]
            return
        if said and said[1] == "warning" and _OMITTED.search(said[2]) and len(self.omitted) < _MOST_LINES:
            self.omitted.append(said[2][:_LONGEST])
        self._lines.append(text[:_LONGEST])

    @property
    def last(self) -> str:
        """The last that it said of what went wrong; if nothing, what it was doing."""
        if self._lines:
            return " | ".join(self._lines)
        return f"its last words were: {self._doing}" if self._doing else "it said nothing"
