"""CloudFormation's functions: how ``Ref``, ``Fn::Sub``, ``Fn::If`` and the others become values."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from caretaker.local.errors import TemplateError
from caretaker.local.stack.template import ACCOUNT, REGION, PlainTemplate, Template

Value = Any  # a property: any JSON value
_PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")

PSEUDO_PARAMETERS: Mapping[str, Value] = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NotificationARNs": [],
}


class NoValue:
    """What ``AWS::NoValue`` becomes: the property is left out."""


class Unresolvable(TemplateError):
    """A reference leads nowhere."""


class Lookup(Protocol):
    """Gives what a resource is known by; raises ``Unresolvable``."""

    def reference(self, logical_id: str) -> Value:
        """Return what ``Ref`` gives for a resource."""

    def attribute(self, logical_id: str, attribute: str) -> Value:
        """Return what ``Fn::GetAtt`` gives."""


@dataclass(frozen=True)
class Resolver:
    """Resolves the properties of one stack."""

    parameters: Mapping[str, Value]
    conditions: Template
    mappings: Template
    lookup: Lookup

    def resolve(self, value: Value) -> Value:
        """Return the value with every function in it replaced by what it gives."""
        match value:
            case {"Ref": str(name)} if len(value) == 1:
                return self._reference(name)
            case {"Condition": str(name)} if len(value) == 1:
                return self.condition(name)
            case dict() if len(value) == 1 and next(iter(value)).startswith("Fn::"):
                return self._function(*next(iter(value.items())))
            case dict():
                resolved = {name: self.resolve(part) for name, part in value.items()}
                return {name: part for name, part in resolved.items() if part is not NoValue}
            case list():
                return [part for part in map(self.resolve, value) if part is not NoValue]
            case _:
                return value

    def condition(self, name: str) -> bool:
        """Whether a condition of the template holds."""
        if name not in self.conditions:
            raise Unresolvable(f"there is no condition {name}")
        return bool(self.resolve(self.conditions[name]))

    def _reference(self, name: str) -> Value:
        if name == "AWS::NoValue":
            return NoValue
        if name in self.parameters:
            return self.parameters[name]
        if name in PSEUDO_PARAMETERS:
            return PSEUDO_PARAMETERS[name]
        return self.lookup.reference(name)

    def _attribute(self, target: Value) -> Value:
        logical_id, _, attribute = target.partition(".") if isinstance(target, str) else (target[0], "", target[1])
        return self.lookup.attribute(logical_id, self.resolve(attribute))

    def _function(self, name: str, argument: Value) -> Value:
        match name:
            case "Fn::GetAtt":
                return self._attribute(argument)
            case "Fn::Sub":
                return self._substitute(argument)
            case "Fn::If":
                condition, if_true, if_false = argument
                return self.resolve(if_true if self.condition(condition) else if_false)
        compute = _FUNCTIONS.get(name)
        if compute is None:
            raise Unresolvable(f"the local AWS does not know {name}")
        return compute(self, self.resolve(argument))

    def _substitute(self, argument: Value) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument

        def replace(found: re.Match[str]) -> str:
            name = found[1].strip()
            if name in given:
                return str(self.resolve(given[name]))
            return str(self._attribute(name) if "." in name else self._reference(name))

        return _PLACEHOLDER.sub(replace, text).replace("${!", "${")

    def find_in_map(self, path: Sequence[str]) -> Value:
        """Return the value at a path of the template's mappings."""
        value: Value = self.mappings
        for name in path:
            if name not in value:
                raise Unresolvable(f"there is no mapping {'.'.join(map(str, path))}")
            value = value[name]
        return value


_FUNCTIONS: Mapping[str, Callable[[Resolver, Value], Value]] = {
    "Fn::Join": lambda _, argument: argument[0].join(map(str, argument[1])),
    "Fn::Split": lambda _, argument: argument[1].split(argument[0]),
    "Fn::Select": lambda _, argument: argument[1][int(argument[0])],
    "Fn::Equals": lambda _, argument: str(argument[0]) == str(argument[1]),
    "Fn::Not": lambda _, argument: not argument[0],
    "Fn::And": lambda _, argument: all(argument),
    "Fn::Or": lambda _, argument: any(argument),
    "Fn::FindInMap": lambda resolver, argument: resolver.find_in_map(argument),
    "Fn::ToJsonString": lambda _, argument: json.dumps(argument),
}


def resolver_for(template: PlainTemplate, stack: str, lookup: Lookup) -> Resolver:
    """Return the resolver of a template's properties in the stack of this name."""
    of_stack = {
        "AWS::StackName": stack,
        "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack}/local",
    }
    return Resolver({**template.parameters, **of_stack}, template.conditions, template.mappings, lookup)
