"""How well defects are named: recall and precision of each code, and what others make of the same servers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.certs.exhibits.exhibit import Exhibit
from bench.certs.ours import Codes
from bench.certs.peers.said import Said
from caretaker.core.results import Severity

Outcome = Literal["named", "noticed", "missed"]


@dataclass(frozen=True)
class OfCode:
    """How often a code was to be said, was said, and was said rightly (with the right severity)."""

    expected: int
    said: int
    right: int

    @property
    def recall(self) -> float:
        """The share of what was to be said that was said, from 0 to 1."""
        return self.right / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        """The share of what was said that was to be said, from 0 to 1."""
        return self.right / self.said if self.said else 1.0


def by_code(exhibits: Sequence[Exhibit], found: Mapping[str, Codes]) -> dict[str, OfCode]:
    """Return the figures of each code that is expected or said."""
    expected, said, right = Counter[str](), Counter[str](), Counter[str]()
    for exhibit in exhibits:
        wanted = defects(exhibit)
        expected.update(list(wanted))
        said.update(list(found[exhibit.name]))
        right.update(code for code, severity in found[exhibit.name].items() if wanted.get(code) is severity)
    return {code: OfCode(expected[code], said[code], right[code]) for code in sorted({*expected, *said})}


def outcomes(exhibits: Sequence[Exhibit], said: Sequence[Said]) -> dict[str, Counter[Outcome]]:
    """Return what became of each code's defects: named, noticed only (something is wrong), or missed.

    What is good to know, and no reason to act, nobody need say: such defects are left out.
    """
    found: dict[str, Counter[Outcome]] = {}
    for exhibit, words in zip(exhibits, said, strict=True):
        for code in (code for code, severity in defects(exhibit).items() if severity is not Severity.LOW):
            found.setdefault(code, Counter())[_outcome(code, words)] += 1
    return found


def false_alarms(exhibits: Sequence[Exhibit], said: Sequence[Said]) -> int:
    """Return at how many healthy servers something is said to be wrong."""
    return sum(words.is_alarm for exhibit, words in zip(exhibits, said, strict=True) if exhibit.is_healthy)


def as_said(found: Codes) -> Said:
    """Return what Caretaker says in the form in which others are heard."""
    return Said(frozenset(found), any(severity is not Severity.LOW for severity in found.values()))


def defects(exhibit: Exhibit) -> dict[str, Severity]:
    """Return everything that is wrong with an exhibit."""
    return {**exhibit.expected, **exhibit.over_network}


def _outcome(code: str, words: Said) -> Outcome:
    if code in words.codes:
        return "named"
    return "noticed" if words.is_alarm else "missed"
