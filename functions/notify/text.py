"""Texts that are safe to show: cleaned of what would disturb, cut to a length, and in people's words."""

import re
import unicodedata
from datetime import UTC, datetime

_JOINER = "\u200d"  # holds the parts of an emoji together
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return a text as one line, without control, direction or unassigned characters."""
    line = _SPACES.sub(" ", text)
    if line.isascii() and line.isprintable():
        return line.strip()
    return _SPACES.sub(" ", "".join(" " if _is_unwanted(letter) else letter for letter in line)).strip()


def _is_unwanted(letter: str) -> bool:
    return letter != _JOINER and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn")


def units(text: str) -> int:
    """Return the length in UTF-16 units, the strictest way in which services count characters."""
    return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)


def cut(text: str, limit: int) -> str:
    """Return a text of at most this many UTF-16 units, with an ellipsis where something is missing."""
    if units(text) <= limit:
        return text
    kept = text[: limit - 1]
    while units(kept) > limit - 1:
        kept = kept[:-1]
    return kept + "…"


def in_ascii(text: str) -> str:
    """Return a text in printable ASCII: accents dropped, dashes made plain, everything else as ``?``."""
    plain = clean(text).translate(_PLAIN)
    split = unicodedata.normalize("NFKD", plain)
    bare = "".join(letter for letter in split if not unicodedata.combining(letter))
    return bare.encode("ascii", "replace").decode("ascii")


_PLAIN = str.maketrans({"–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "·": "-"})


def lasting(seconds: float) -> str:
    """Return a duration in its two largest units: ``40 s``, ``15 min``, ``1 h 5 min``, ``2 d 3 h``."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes = whole // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def at_utc(moment: datetime) -> str:
    """Return a time as ``2026-11-21 02:00 UTC``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
