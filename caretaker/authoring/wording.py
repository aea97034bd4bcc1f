"""How values of a configuration are shown in sentences: short, printable, and never a secret."""

import difflib
from collections.abc import Iterable

_LONGEST = 60
_SECRET_SIGNS = ("://", "@", "?", "=")


def quoted(text: str) -> str:
    """Return a text in quotes, shortened and without control characters."""
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "'" + "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in shown) + "'"


def named(key: str) -> str:
    """Return a key in quotes; one that looks like an address may hold a secret and is only described."""
    return "this key" if any(sign in key for sign in _SECRET_SIGNS) else quoted(key)


def kind(value: object) -> str:
    """Return what a value is, in a word a person would use, without the value itself."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "keys and values"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a sentence that proposes what was probably meant, or one that lists what there is."""
    choices = list(dict.fromkeys(known))
    listed = f"Known here: {', '.join(choices)}." if choices else ""
    return near(word, choices) or listed


def near(word: str, known: Iterable[str]) -> str:
    """Return a sentence that proposes what was probably meant, empty if nothing is near."""
    by_lower = {choice.lower(): choice for choice in known}
    close = difflib.get_close_matches(word.lower()[:_LONGEST], by_lower, n=1, cutoff=0.6)
    return f"Did you mean {by_lower[close[0]]}?" if close else ""


def one_of(words: Iterable[str]) -> str:
    """Return words as an enumeration: ``a, b or c``."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
