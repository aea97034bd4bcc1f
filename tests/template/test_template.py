"""What must hold for whatever is deployed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caretaker.local.stack.template import PlainTemplate

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("UptimeFunction", "NotifyFunction")
SCHEDULE = re.compile(r"(rate\(\d+ (minutes?|hours?|days?)\)|cron\((\S+ ){5}\S+\))")

Resources = dict[str, Any]


def of_type(resources: Resources, kind: str) -> dict[str, Any]:
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


def statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def actions(resources: Resources, role: str) -> set[str]:
    return {action for one in statements(resources[role]["Properties"]) for action in listed(one["Action"])}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_timeout_memory_log_and_somewhere_to_fail_to(resources: Resources, function: str) -> None:
    properties = resources[function]["Properties"]
    assert properties["Timeout"] <= 180
    assert properties["MemorySize"] <= 1769
    assert properties["Architectures"] == ["arm64"]
    assert properties["Runtime"] == "python3.13"
    log_group = properties["LoggingConfig"]["LogGroup"]["Ref"]
    assert resources[log_group]["Properties"]["RetentionInDays"]
    (configuration,) = [
        one
        for one in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
        if one["FunctionName"] == {"Ref": function}
    ]
    assert configuration["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}


@pytest.mark.parametrize(
    ("schedule", "function"), [("UptimeRuns", "UptimeFunction"), ("NotifySweeps", "NotifyFunction")]
)
def test_a_schedule_gives_its_scheduled_time_and_has_a_dead_letter_queue(
    template: PlainTemplate, resources: Resources, schedule: str, function: str
) -> None:
    properties = resources[schedule]["Properties"]
    assert SCHEDULE.fullmatch(template.parameters[properties["ScheduleExpression"]["Ref"]])
    assert properties["ScheduleExpressionTimezone"] == "UTC"
    target = properties["Target"]
    assert json.loads(target["Input"])["scheduled_at"] == "<aws.scheduler.scheduled-time>"
    assert target["Arn"] == {"Fn::GetAtt": [function, "Arn"]}
    assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}


def test_only_new_items_of_the_outbox_start_notify(resources: Resources) -> None:
    (mapping,) = of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    (filtered,) = mapping["FilterCriteria"]["Filters"]
    assert json.loads(filtered["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"pk": {"S": ["OUTBOX"]}}},
    }
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 3
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["StreamFailureQueue", "Arn"]}


def test_no_role_reaches_everything(resources: Resources) -> None:
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role, name
        for statement in statements(role):
            assert "*" not in listed(statement["Resource"]), name
            assert all("*" not in action for action in listed(statement["Action"])), name


def test_each_role_may_do_what_its_function_does_and_no_more(resources: Resources) -> None:
    secrets = {"ssm:GetParameters", "secretsmanager:GetSecretValue"}
    own = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"}
    assert actions(resources, "UptimeRole") == {
        "dynamodb:Query",
        "dynamodb:BatchGetItem",
        "dynamodb:PutItem",
        *secrets,
        *own,
    }
    assert actions(resources, "NotifyRole") == {
        "dynamodb:Query",
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "sns:Publish",
        *secrets,
        *own,
    }


@pytest.mark.parametrize(("role", "section"), [("UptimeRole", "uptime"), ("NotifyRole", "alerts")])
def test_a_role_reads_the_secrets_of_its_own_section_only(resources: Resources, role: str, section: str) -> None:
    readable = [
        statement["Resource"]
        for statement in statements(resources[role]["Properties"])
        if {"ssm:GetParameters", "secretsmanager:GetSecretValue"} & set(listed(statement["Action"]))
    ]
    assert len(readable) == 2
    for resource in readable:
        assert str(resource).rstrip("'}").endswith(f"caretaker/${{Environment}}/{section}/*")


def test_what_is_remembered_outlives_the_stack(resources: Resources) -> None:
    table = resources["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    properties = table["Properties"]
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert properties["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}


def test_nothing_is_open_to_the_public(resources: Resources) -> None:
    for name, resource in resources.items():
        assert resource["Type"] not in ("AWS::Lambda::Url", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"), name
    for kind in ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"):
        for name, policy in of_type(resources, kind).items():
            for statement in policy["PolicyDocument"]["Statement"]:
                assert statement["Effect"] == "Deny", name


def test_every_topic_and_queue_refuses_what_is_not_tls(resources: Resources) -> None:
    def protected(kind: str, key: str) -> set[str]:
        return {one["Ref"] for policy in of_type(resources, kind).values() for one in policy[key]}

    assert protected("AWS::SNS::TopicPolicy", "Topics") == set(of_type(resources, "AWS::SNS::Topic"))
    assert protected("AWS::SQS::QueuePolicy", "Queues") == set(of_type(resources, "AWS::SQS::Queue"))


@pytest.mark.parametrize(("function", "logical"), [("uptime", "UptimeFunction"), ("notify", "NotifyFunction")])
def test_a_function_is_given_the_variables_that_its_code_reads(
    resources: Resources, function: str, logical: str
) -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "functions" / function).rglob("*.py"))
    read = set(re.findall(r"environ\[\"(\w+)\"\]", code))
    given = set(resources[logical]["Properties"]["Environment"]["Variables"])
    assert read
    assert read <= given


def test_every_output_and_parameter_is_explained() -> None:
    text = (ROOT / "template.yaml").read_text("utf-8")
    for section in ("Parameters", "Outputs"):
        body = re.search(rf"^{section}:\n((?:  .*\n|\n)+)", text, re.MULTILINE)
        assert body
        names = re.findall(r"^  (\w+):$", body[1], re.MULTILINE)
        assert len(names) == body[1].count("    Description:")
