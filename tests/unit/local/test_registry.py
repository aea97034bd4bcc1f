from pathlib import Path
from typing import Any

import pytest

from caretaker.local.errors import TemplateError
from caretaker.local.stack.intrinsics import resolver_for
from caretaker.local.stack.registry import Registry, read_registry
from caretaker.local.stack.split import split
from caretaker.local.stack.template import PlainTemplate

FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "app.handler"}}
MAPPING = {
    "FunctionName": {"Ref": "Reader"},
    "EventSourceArn": "arn:aws:dynamodb:us-east-1:1:table/t/stream/now",
}


class NoResources:
    def reference(self, logical_id: str) -> str:
        return "caretaker-Reader" if logical_id == "Reader" else logical_id

    def attribute(self, logical_id: str, attribute: str) -> str:
        return f"{logical_id}.{attribute}"


def registry(**resources: Any) -> Registry:
    template = PlainTemplate(resources, {}, {}, {}, {}, {"Reader": "reader"})
    return read_registry(
        split(template, "caretaker"), template.names, resolver_for(template, "caretaker", NoResources())
    )


def mapping(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {**MAPPING, **properties}}


def test_a_rule_starts_its_targets_by_events_that_it_lets_through() -> None:
    pattern = {"source": ["aws.s3"], "detail": {"object": {"key": [{"wildcard": "a/*/b.json"}]}}}
    targets = [{"Id": "one", "Arn": {"Fn::GetAtt": ["Reader", "Arn"]}}]
    made = {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": pattern, "Targets": targets}}

    [rule] = registry(Reader=FUNCTION, New=made).rules

    assert (rule.logical_id, rule.pattern, rule.enabled) == ("New", pattern, True)
    assert rule.targets == ("Reader.Arn",)


def test_a_rule_that_the_local_aws_cannot_follow_is_refused() -> None:
    by_time = {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 day)", "Targets": []}}
    with pytest.raises(TemplateError, match="New has no EventPattern"):
        registry(Reader=FUNCTION, New=by_time)


def schedule(**properties: Any) -> dict[str, Any]:
    target = {"Arn": "caretaker-Reader", "Input": "{}"}
    return {"Type": "AWS::Scheduler::Schedule", "Properties": {"Target": target, **properties}}


@pytest.mark.parametrize(
    "name",
    [
        "reader",
        "Reader",
        "caretaker-Reader",
        "caretaker-Reader:$LATEST",
        "arn:aws:lambda:us-east-1:123456789012:function:caretaker-Reader",
        "123456789012:function:caretaker-Reader",
    ],
)
def test_a_function_is_found_by_each_of_its_names(name: str) -> None:
    found = registry(Reader=FUNCTION).function(name)

    assert found is not None
    assert found.logical_id == "Reader"


def test_a_function_has_lambdas_defaults() -> None:
    (function,) = registry(Reader=FUNCTION).functions

    assert (function.timeout, function.memory, function.retries, function.concurrency) == (3, 128, 2, None)
    assert function.log_group == "/aws/lambda/caretaker-Reader"


def test_a_mapping_retries_for_ever_by_default() -> None:
    (found,) = registry(Reader=FUNCTION, Stream=mapping()).mappings

    assert found.retries > 1000
    assert (found.batch_size, found.bisect, found.partial_responses, found.patterns) == (100, False, False, ())


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        ({"Runs": schedule(ScheduleExpression="every day")}, "Runs: 'every day' is not a schedule"),
        ({"Stream": mapping(EventSourceArn="arn:aws:sqs:us-east-1:1:q")}, "Stream reads .*: .* DynamoDB only"),
        ({"Stream": mapping(ParallelizationFactor=2)}, "Stream has ParallelizationFactor"),
        (
            {"Stream": mapping(FilterCriteria={"Filters": [{"Pattern": "{"}]})},
            "a filter of Stream is not JSON",
        ),
        (
            {"Stream": mapping(FilterCriteria={"Filters": [{"Pattern": '{"a": [{"cidr": "x"}]}'}]})},
            "a filter of Stream, a: the local AWS does not know the operator 'cidr'",
        ),
        (
            {
                "Listener": {
                    "Type": "AWS::SNS::Subscription",
                    "Properties": {"TopicArn": "t", "Protocol": "lambda", "Endpoint": "f"},
                }
            },
            "Listener subscribes a function",
        ),
    ],
)
def test_what_the_local_aws_cannot_do_is_refused_by_name(resources: dict[str, Any], reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        registry(Reader=FUNCTION, **resources)


def test_references_of_motos_resources_to_what_it_does_not_create_are_replaced() -> None:
    policy = {
        "Statement": [
            {
                "Action": "lambda:InvokeFunction",
                "Resource": [{"Fn::GetAtt": ["Reader", "Arn"]}, {"Fn::Sub": "${Reader.Arn}:*"}, {"Ref": "Reader"}],
                "Condition": {"StringEquals": {"a": "b"}},
            }
        ]
    }
    role = {"Type": "AWS::IAM::Role", "DependsOn": ["Reader", "Table"], "Properties": {"Policies": [policy]}}
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {}}
    template = PlainTemplate({"Reader": FUNCTION, "Role": role, "Table": table}, {}, {}, {}, {}, {})

    found = split(template, "caretaker").by_moto["Role"]

    arn = "arn:aws:lambda:us-east-1:123456789012:function:caretaker-Reader"
    (statement,) = found["Properties"]["Policies"][0]["Statement"]
    assert statement["Resource"] == [arn, {"Fn::Sub": f"{arn}:*"}, "caretaker-Reader"]
    assert statement["Condition"] == {"StringEquals": {"a": "b"}}
    assert found["DependsOn"] == ["Table"]


def test_the_real_template_is_understood_whole() -> None:
    from caretaker.local.stack.template import read_template

    parts = split(read_template(Path(__file__).parents[3] / "template.yaml"), "caretaker")

    assert set(parts.left_out.values()) <= {
        "AWS::CloudWatch::Alarm",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Permission",
        "AWS::SNS::TopicPolicy",
    }
