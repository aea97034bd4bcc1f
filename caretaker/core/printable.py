"""Texts from elsewhere, without what would control whatever shows them."""


def printable(text: str) -> str:
    """Return a text in one line that can be shown and stored: no control characters, no half surrogate pairs."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(letter: str) -> str:
    if letter.isprintable():
        return letter
    return " " if letter.isspace() else "\N{REPLACEMENT CHARACTER}"
