"""Reads what the local AWS does itself from the resolved template."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from caretaker.local.errors import TemplateError
from caretaker.local.events.patterns import check_pattern
from caretaker.local.events.schedules import parse_expression
from caretaker.local.stack.intrinsics import Resolver
from caretaker.local.stack.resources import (
    DEFAULT_MEMORY,
    DEFAULT_RETRIES,
    DEFAULT_TIMEOUT,
    Function,
    Properties,
    Rule,
    Schedule,
    StreamMapping,
    Subscription,
)
from caretaker.local.stack.split import Split

_FOREVER = -1  # AWS's word for "until the record expires"
_MANY_RETRIES = 10_000


@dataclass(frozen=True, slots=True)
class Registry:
    """What the local AWS does itself for one stack. Functions are found by any name that AWS takes."""

    functions: tuple[Function, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    rules: tuple[Rule, ...] = ()
    mappings: tuple[StreamMapping, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    def function(self, name: str) -> Function | None:
        """Return the function of this name, physical name, logical id or ARN (with or without qualifier)."""
        if name.startswith("arn:"):
            name = name.split(":")[6]
        elif ":function:" in name:
            name = name.split(":function:", 1)[1]
        name = name.split(":")[0]
        return next((one for one in self.functions if name in (one.name, one.physical_name, one.logical_id)), None)


def read_registry(parts: Split, names: Mapping[str, str], resolver: Resolver) -> Registry:
    """Return the registry; raise ``TemplateError`` naming the resource and property that cannot be resolved."""
    by_type: dict[str, dict[str, Properties]] = {}
    for logical_id, resource in parts.by_us.items():
        by_type.setdefault(resource["Type"], {})[logical_id] = resource.get("Properties", {})

    def resolved(kind: str) -> Iterator[tuple[str, Any]]:
        for logical_id, properties in by_type.get(kind, {}).items():
            yield logical_id, _resolve(logical_id, properties, resolver)

    invoke_configs = {
        properties["FunctionName"]: properties for _, properties in resolved("AWS::Lambda::EventInvokeConfig")
    }
    return Registry(
        functions=tuple(
            _function(logical_id, properties, parts, names, invoke_configs)
            for logical_id, properties in resolved("AWS::Lambda::Function")
        ),
        schedules=tuple(_schedule(*one) for one in resolved("AWS::Scheduler::Schedule")),
        rules=tuple(_rule(*one) for one in resolved("AWS::Events::Rule")),
        mappings=tuple(_mapping(*one) for one in resolved("AWS::Lambda::EventSourceMapping")),
        subscriptions=tuple(_subscription(*one) for one in resolved("AWS::SNS::Subscription")),
        left_out=parts.left_out,
    )


def _resolve(logical_id: str, properties: Properties, resolver: Resolver) -> dict[str, Any]:
    result = {}
    for name, value in properties.items():
        if name == "Environment":
            variables = value.get("Variables", {})
            result[name] = {
                key: _resolve_one(f"{logical_id}'s variable {key}", part, resolver) for key, part in variables.items()
            }
        elif name != "Code":
            result[name] = _resolve_one(f"{logical_id}'s {name}", value, resolver)
    return result


def _resolve_one(what: str, value: Any, resolver: Resolver) -> Any:
    try:
        return resolver.resolve(value)
    except TemplateError as error:
        raise TemplateError(f"{what} cannot be resolved: {error}") from error


def _function(
    logical_id: str,
    properties: Properties,
    parts: Split,
    names: Mapping[str, str],
    invoke_configs: Mapping[str, Properties],
) -> Function:
    physical_name = parts.known[logical_id, ""]
    invoke_config = invoke_configs.get(physical_name, {})
    return Function(
        name=names.get(logical_id, logical_id),
        logical_id=logical_id,
        physical_name=physical_name,
        arn=parts.known[logical_id, "Arn"],
        handler=properties["Handler"],
        timeout=float(properties.get("Timeout", DEFAULT_TIMEOUT)),
        memory=int(properties.get("MemorySize", DEFAULT_MEMORY)),
        environment={name: str(value) for name, value in properties.get("Environment", {}).items()},
        concurrency=_number(properties.get("ReservedConcurrentExecutions")),
        retries=int(invoke_config.get("MaximumRetryAttempts", DEFAULT_RETRIES)),
        on_failure=_on_failure(invoke_config),
        dead_letters=str(properties.get("DeadLetterConfig", {}).get("TargetArn", "")),
        log_group=properties.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{physical_name}"),
    )


def _schedule(logical_id: str, properties: Properties) -> Schedule:
    expression = str(properties.get("ScheduleExpression", ""))
    timezone = str(properties.get("ScheduleExpressionTimezone", "UTC"))
    parse_expression(expression, timezone, what=logical_id)
    target = properties["Target"]
    return Schedule(
        logical_id=logical_id,
        expression=expression,
        timezone=timezone,
        enabled=properties.get("State", "ENABLED") == "ENABLED",
        target=target["Arn"],
        input=str(target.get("Input", "{}")),
    )


def _rule(logical_id: str, properties: Properties) -> Rule:
    if "EventPattern" not in properties:
        raise TemplateError(f"{logical_id} has no EventPattern: the local AWS knows rules of events only")
    check_pattern(properties["EventPattern"], what=f"the pattern of {logical_id}")
    return Rule(
        logical_id=logical_id,
        pattern=properties["EventPattern"],
        enabled=properties.get("State", "ENABLED") == "ENABLED",
        targets=tuple(target["Arn"] for target in properties["Targets"]),
    )


def _mapping(logical_id: str, properties: Properties) -> StreamMapping:
    source = str(properties.get("EventSourceArn", ""))
    if ":dynamodb:" not in source:
        raise TemplateError(f"{logical_id} reads {source}: the local AWS knows streams of DynamoDB only")
    for unknown in ("TumblingWindowInSeconds", "ParallelizationFactor"):
        if properties.get(unknown, 1) != 1:
            raise TemplateError(f"{logical_id} has {unknown}, which the local AWS does not know")
    filters = properties.get("FilterCriteria", {}).get("Filters", [])
    retries = int(properties.get("MaximumRetryAttempts", _FOREVER))
    return StreamMapping(
        logical_id=logical_id,
        stream=source,
        function=properties["FunctionName"],
        enabled=bool(properties.get("Enabled", True)),
        batch_size=int(properties.get("BatchSize", 100)),
        patterns=tuple(_pattern(logical_id, one["Pattern"]) for one in filters),
        partial_responses="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
        bisect=bool(properties.get("BisectBatchOnFunctionError", False)),
        retries=_MANY_RETRIES if retries == _FOREVER else retries,
        on_failure=_on_failure(properties),
    )


def _pattern(logical_id: str, text: str) -> Mapping[str, Any]:
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise TemplateError(f"a filter of {logical_id} is not JSON: {error}") from error
    check_pattern(pattern, what=f"a filter of {logical_id}")
    return dict(pattern)


def _subscription(logical_id: str, properties: Properties) -> Subscription:
    protocol = properties["Protocol"]
    if protocol == "lambda":
        raise TemplateError(f"{logical_id} subscribes a function to a topic, which the local AWS does not know")
    return Subscription(topic=properties["TopicArn"], protocol=protocol, endpoint=properties["Endpoint"])


def _on_failure(properties: Properties) -> str:
    return str(properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""))


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
