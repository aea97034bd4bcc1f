"""The resources of a translated template, and the ways in which tests ask for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]  # resources and their properties: JSON, with intrinsic functions in it
NOTHING = {"Ref": "AWS::NoValue"}


@dataclass(frozen=True, slots=True)
class Stack:
    """All resources, by their logical ids."""

    resources: Mapping[str, Json]

    def of_type(self, kind: str) -> dict[str, Json]:
        """Return the properties of all resources of a type, by logical id."""
        return {name: one.get("Properties", {}) for name, one in self.resources.items() if one["Type"] == kind}

    def properties(self, name: str) -> Json:
        """Return the properties of one resource."""
        properties: Json = self.resources[name]["Properties"]
        return properties


def logical(function: str) -> str:
    """Return what the names of a function's resources begin with: ``CertCheck`` for ``cert_check``."""
    return "".join(word.title() for word in function.split("_"))


def statements(policy: Json) -> Iterator[Json]:
    """Yield the statements of a policy document, those of both cases of a condition, where there is one."""
    for statement in policy["Statement"]:
        if "Fn::If" in statement:
            yield from (case for case in statement["Fn::If"][1:] if case != NOTHING)
        else:
            yield statement


def as_list(value: object) -> list[Any]:
    """Return a value that may stand alone or in a list as a list."""
    return list(value) if isinstance(value, list) else [value]
