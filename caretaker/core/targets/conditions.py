"""What must hold for a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from caretaker.core.results import Severity


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold for a value: ``kind`` says how ``value`` is compared.

    ``equals``, ``one_of``, ``matches`` and ``present`` make a target ``down``; ``min`` and ``max``
    make it ``degraded`` with this severity.
    """

    kind: Literal["equals", "one_of", "matches", "present", "min", "max"]
    value: Any  # any JSON value: what an answer is compared with is the user's choice
    severity: Severity


def conditions(compiled: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:  # JSON objects
    """Return the conditions of a compiled section."""
    return tuple(Condition(rule["kind"], rule["value"], Severity(rule["severity"])) for rule in compiled)
