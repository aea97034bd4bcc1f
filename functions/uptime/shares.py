"""Sharing a run out: each invocation looks at its own targets, and at nobody else's states.

What depends on each other stays together, so that one run sees it all.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Share:
    """One of ``of`` invocations of the same run, the first being number 0."""

    number: int = 0
    of: int = 1

    @property
    def checker(self) -> str:
        """The name of this invocation's own check."""
        return f"checker/uptime-{self.number}" if self.number else "checker/uptime"

    def owns(self, name: str) -> bool:
        """Whether something with this name is this invocation's."""
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % self.of == self.number

    def of_targets(self, targets: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return this invocation's part of a section's targets."""
        if self.of == 1:
            return list(targets)
        known = {target["name"]: target for target in targets}
        roots = _roots(known)
        return [target for name, target in known.items() if self.owns(roots[name])]

    def has_state(self, check: str, mine: Collection[str], everybodys: Collection[str]) -> bool:
        """Whether a state is this invocation's: of what it watches, of itself, or of what nobody watches any more."""
        kind, _, name = check.partition("/")
        if kind != "uptime":
            return check == self.checker
        return check in mine or (check not in everybodys and self.owns(name))


WHOLE = Share()


def _roots(known: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return for each name the first one, in order, of all targets that it is connected with."""
    neighbours: dict[str, set[str]] = {name: set() for name in known}
    for name, target in known.items():
        for parent in target["depends_on"]:
            neighbours[name].add(parent)
            neighbours[parent].add(name)
    roots: dict[str, str] = {}
    for name in sorted(known):
        waiting = [] if name in roots else [name]
        while waiting:
            one = waiting.pop()
            roots[one] = name
            waiting += [other for other in neighbours[one] if other not in roots]
    return roots
