"""What came back from an HTTP request."""

from dataclasses import dataclass


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
        content_type = self.header("content-type") or ""
        charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'") or "utf-8"
        try:
            return self.body.decode(charset, "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")
