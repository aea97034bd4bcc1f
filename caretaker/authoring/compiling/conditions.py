"""Conditions on a value, compiled."""

from caretaker.authoring.compiling.section import Section
from caretaker.authoring.model.expectations import JsonCondition
from caretaker.core.results import Severity

_LIMITS = ("min", "max")
_EQUALITIES = ("equals", "one_of", "matches", "present")


def conditions(rule: JsonCondition, target: Severity) -> list[Section]:
    """Return each condition of a rule; ``target`` is the severity of what is not a limit."""
    limit = rule.severity or Severity.MEDIUM
    return [
        {"kind": kind, "value": getattr(rule, kind), "severity": (limit if kind in _LIMITS else target).value}
        for kind in (*_EQUALITIES, *_LIMITS)
        if kind in rule.model_fields_set
    ]
