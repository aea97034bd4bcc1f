"""Texts of others, made harmless: pure."""

import re

# Controls (without tab and line feed), line separators, and marks that turn the direction of a text.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def one_line(text: str, most: int = 500) -> str:
    """Return a text on one line, of at most so many characters."""
    line = " ".join(UNSEEN.sub(" ", text[: 2 * most]).split())
    return line if len(line) <= most else line[: most - 1] + "…"
