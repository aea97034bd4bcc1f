"""What came back from an HTTP request."""

import codecs
import re
from dataclasses import dataclass

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:+-]{1,40})(?![A-Za-z0-9_.:+-])", re.IGNORECASE)
# Python's own, which no page is written in: some of them take time without measure, others refuse.
_NOT_OF_THE_WEB = frozenset({"idna", "punycode", "undefined", "unicode-escape", "unicodeescape", "raw-unicode-escape"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer. ``seconds`` is the time of the whole look less what the checker itself was busy."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float

    def header(self, name: str) -> str | None:
        """Return the value of a header, several joined by commas, or None if there is none."""
        values = [value for known, value in self.headers if known == name.lower()]
        return ", ".join(values) if values else None

    @property
    def text(self) -> str:
        """The body as text, in the charset that it says it has, what cannot be read replaced."""
        said = _CHARSET.search(self.header("content-type") or "")
        charset = said[1].lower() if said else "utf-8"
        try:
            known = charset if codecs.lookup(charset).name not in _NOT_OF_THE_WEB else "utf-8"
            return self.body.decode(known, "replace")
        except (LookupError, ValueError):
            return self.body.decode("utf-8", "replace")
