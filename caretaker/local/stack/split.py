"""Which part of a template moto creates, and which part the local AWS does itself."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caretaker.local.errors import TemplateError
from caretaker.local.stack.intrinsics import Resolver, Unresolvable, resolver_for
from caretaker.local.stack.template import ACCOUNT, REGION, PlainTemplate, Template

BY_MOTO = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
        "AWS::SSM::Parameter",
    }
)
BY_US = frozenset(
    {
        "AWS::Events::Rule",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::SNS::Subscription",
        "AWS::Scheduler::Schedule",
    }
)
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")


@dataclass(frozen=True, slots=True)
class Split:
    """A template's active resources: ``by_moto`` (with the stack's outputs), ``by_us`` and ``left_out``, by logical id.

    ``known`` has what ``Ref`` ("") and ``Fn::GetAtt`` (the attribute) give for those that moto does not create.
    """

    by_moto: Template
    outputs: Template
    by_us: Template
    left_out: Mapping[str, str]
    known: Mapping[tuple[str, str], str]


def split(template: PlainTemplate, stack: str) -> Split:
    """Divide the resources whose conditions hold."""
    resolver = resolver_for(template, stack, _NoResources())
    active = {
        logical_id: resource
        for logical_id, resource in template.resources.items()
        if "Condition" not in resource or resolver.condition(resource["Condition"])
    }
    by_moto = {logical_id: resource for logical_id, resource in active.items() if resource["Type"] in BY_MOTO}
    others = {logical_id: resource for logical_id, resource in active.items() if logical_id not in by_moto}
    known: dict[tuple[str, str], str] = {}
    for logical_id, resource in others.items():
        known |= _identity(logical_id, resource, resolver, stack)
    return Split(
        by_moto={name: _without_foreign(resource, known, set(by_moto)) for name, resource in by_moto.items()},
        outputs={name: _without_foreign(output, known, set(by_moto)) for name, output in template.outputs.items()},
        by_us={name: resource for name, resource in others.items() if resource["Type"] in BY_US},
        left_out={name: resource["Type"] for name, resource in others.items() if resource["Type"] not in BY_US},
        known=known,
    )


def template_for_moto(template: PlainTemplate, parts: Split) -> str:
    """Return the body of the stack that moto shall create."""
    body: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {name: {"Type": "String", "Default": value} for name, value in template.parameters.items()},
        "Conditions": template.conditions,
        "Mappings": template.mappings,
        "Resources": parts.by_moto,
        "Outputs": parts.outputs,
    }
    return json.dumps({name: part for name, part in body.items() if part})


class _NoResources:
    """Conditions and names are resolved before there is any resource."""

    def reference(self, logical_id: str) -> str:
        raise Unresolvable(f"{logical_id} is not a parameter")

    def attribute(self, logical_id: str, attribute: str) -> str:
        raise Unresolvable(f"{logical_id}.{attribute} cannot be known before the stack is there")


def _identity(logical_id: str, resource: Template, resolver: Resolver, stack: str) -> dict[tuple[str, str], str]:
    properties = resource.get("Properties", {})
    given = properties.get("FunctionName") if resource["Type"] == "AWS::Lambda::Function" else properties.get("Name")
    try:
        name = str(resolver.resolve(given)) if given else f"{stack}-{logical_id}"
    except TemplateError as error:
        raise TemplateError(f"the name of {logical_id} cannot be resolved: {error}") from error
    service = resource["Type"].split("::")[1].lower()
    kind = "function" if resource["Type"] == "AWS::Lambda::Function" else resource["Type"].split("::")[2].lower()
    arn = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kind}:{name}"
    return {(logical_id, ""): name, (logical_id, "Arn"): arn}


def _without_foreign(value: Any, known: Mapping[tuple[str, str], str], own: set[str]) -> Any:
    """Return a part of a template with references to what moto will not create replaced by what they give."""
    match value:
        case {"Ref": str(name)} if (name, "") in known:
            return known[name, ""]
        case {"Fn::GetAtt": [str(name), str(attribute)]} if (name, attribute) in known:
            return known[name, attribute]
        case {"Fn::GetAtt": str(path)} if tuple(path.split(".", 1)) in known:
            name, _, attribute = path.partition(".")
            return known[name, attribute]
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": _substitute(text, known)}
        case {"Fn::Sub": [str(text), given]}:
            return {"Fn::Sub": [_substitute(text, known), _without_foreign(given, known, own)]}
        case dict():
            # "Condition" is spent on a resource, but a policy's statement has one too, as a mapping.
            parts = {name: part for name, part in value.items() if not (name == "Condition" and "Type" in value)}
            if "DependsOn" in parts and "Type" in parts:
                depends_on = parts["DependsOn"] if isinstance(parts["DependsOn"], list) else [parts["DependsOn"]]
                parts["DependsOn"] = [name for name in depends_on if name in own]
            return {name: _without_foreign(part, known, own) for name, part in parts.items()}
        case list():
            return [_without_foreign(part, known, own) for part in value]
        case _:
            return value


def _substitute(text: str, known: Mapping[tuple[str, str], str]) -> str:
    return _PLACEHOLDER.sub(lambda found: known.get((found[1], found[2] or ""), found[0]), text)
