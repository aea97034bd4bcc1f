"""Event patterns: which events a filter lets through.

The subset of EventBridge's language that Lambda's filters use:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from caretaker.local.errors import TemplateError

Event = Any  # a part of an event: any JSON value
Pattern = Mapping[str, Any]


def check_pattern(pattern: object, what: str) -> None:
    """Raise ``TemplateError`` if the pattern holds something that ``matches`` does not know."""
    if not isinstance(pattern, dict) or not pattern:
        raise TemplateError(f"{what} is not a JSON object")
    for name, wanted in pattern.items():
        match wanted:
            case list() if name == "$or":
                for alternative in wanted:
                    check_pattern(alternative, what)
            case list():
                for rule in wanted:
                    _check_rule(rule, f"{what}, {name}")
            case dict():
                check_pattern(wanted, f"{what}, {name}")
            case _:
                raise TemplateError(f"{what}: {name} has to be a list of what is let through")


def matches(pattern: Pattern, event: Event) -> bool:
    """Whether the event is let through: every name of the pattern must hold."""
    return all(_holds(name, wanted, event) for name, wanted in pattern.items())


def _holds(name: str, wanted: Any, event: Event) -> bool:
    if name == "$or" and isinstance(wanted, list):
        return any(matches(alternative, event) for alternative in wanted)
    present = isinstance(event, dict) and name in event
    value = event[name] if present else None
    if isinstance(wanted, dict):
        return matches(wanted, value)
    if isinstance(value, list):
        return any(_rule_holds(rule, one, True) for rule in wanted for one in value)
    return any(_rule_holds(rule, value, present) for rule in wanted)


def _rule_holds(rule: Any, value: Event, present: bool) -> bool:
    if not isinstance(rule, dict):
        return present and type(value) is type(rule) and bool(value == rule)
    operator, argument = next(iter(rule.items()))
    if operator == "exists":
        return present is argument
    return present and _OPERATORS[operator](argument, value)


def _check_rule(rule: Any, what: str) -> None:
    if not isinstance(rule, dict):
        return
    operator = next(iter(rule), "")
    if len(rule) != 1 or (operator != "exists" and operator not in _OPERATORS):
        known = ", ".join(sorted([*_OPERATORS, "exists"]))
        raise TemplateError(f"{what}: the local AWS does not know the operator {operator!r}; it knows {known}")


def _numeric(argument: list[Any], value: Event) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    comparisons = zip(argument[::2], argument[1::2], strict=True)
    return all(_COMPARISONS[operator](value, limit) for operator, limit in comparisons)


def _anything_but(argument: Any, value: Event) -> bool:
    rules = argument if isinstance(argument, list) else [argument]
    return not any(_rule_holds(rule, value, True) for rule in rules)


def _wildcard(argument: str, value: Event) -> bool:
    pattern = ".*".join(map(re.escape, argument.split("*")))
    return isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None


_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda value, limit: value == limit,
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}
_OPERATORS: Mapping[str, Callable[[Any, Event], bool]] = {
    "prefix": lambda argument, value: isinstance(value, str) and value.startswith(argument),
    "suffix": lambda argument, value: isinstance(value, str) and value.endswith(argument),
    "equals-ignore-case": lambda argument, value: isinstance(value, str) and value.lower() == argument.lower(),
    "wildcard": _wildcard,
    "anything-but": _anything_but,
    "numeric": _numeric,
}
