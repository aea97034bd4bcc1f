"""What somebody says of a server's certificates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# An end is told this many days ahead by the rules that people copy for Prometheus, which know no lifetimes.
WARNING_DAYS, CRITICAL_DAYS = 20, 3


@dataclass(frozen=True)
class Said:
    """The codes that the words amount to, read generously; ``is_alarm`` says that something is wrong at all."""

    codes: frozenset[str]
    is_alarm: bool


def heard(words: str, vocabulary: Mapping[str, str], *, is_alarm: bool) -> Said:
    """Return what words say. A vocabulary leads from regular expressions to codes, separated by spaces."""
    codes = [known for pattern, known in vocabulary.items() if re.search(pattern, words)]
    return Said(frozenset(" ".join(codes).split()), is_alarm)
