"""The roles: exactly what each function and schedule uses, and nothing that is open to everybody."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.template.stack import NOTHING, Json, Stack, as_list, statements

TABLE = "Table.Arn"
SECRETS = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:caretaker/${Environment}"
PARAMETERS = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/caretaker/${Environment}"
BACKUPS = "${BackupBucket.Arn}/backups/*"
PROOFS = "${BackupBucket.Arn}/backups/*/verified/*"
THE_RULE = {"Fn::GetAtt": ["NewBackups", "Arn"]}
BACKUP_ITSELF = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-backup"
IN_A_NETWORK = "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"

ALLOWED = {
    "UptimeRole": {
        ("logs:CreateLogStream", "UptimeLogGroup.Arn"),
        ("logs:PutLogEvents", "UptimeLogGroup.Arn"),
        ("dynamodb:Query", TABLE),
        ("dynamodb:BatchGetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        ("ssm:GetParameters", f"{PARAMETERS}/uptime/*"),
        ("secretsmanager:GetSecretValue", f"{SECRETS}/uptime/*"),
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),  # the destination of events that the function failed on
    },
    "CertCheckRole": {
        ("logs:CreateLogStream", "CertCheckLogGroup.Arn"),
        ("logs:PutLogEvents", "CertCheckLogGroup.Arn"),
        ("dynamodb:Query", TABLE),
        ("dynamodb:BatchGetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),  # the destination of events that the function failed on
    },
    "BackupRole": {
        ("logs:CreateLogStream", "BackupLogGroup.Arn"),
        ("logs:PutLogEvents", "BackupLogGroup.Arn"),
        ("dynamodb:Query", TABLE),
        ("dynamodb:BatchGetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:DeleteItem", TABLE),  # a lease is given back
        ("s3:PutObject", BACKUPS),
        ("s3:GetObject", BACKUPS),
        ("s3:AbortMultipartUpload", BACKUPS),
        ("s3:ListMultipartUploadParts", BACKUPS),
        ("s3:ListBucket", "BackupBucket.Arn"),
        ("s3:ListBucketMultipartUploads", "BackupBucket.Arn"),  # an upload whose beginning was not answered is ended
        ("kms:GenerateDataKey", "BackupKmsKeyArn"),
        ("kms:Decrypt", "BackupKmsKeyArn"),
        ("ssm:GetParameters", f"{PARAMETERS}/backup/*"),
        ("secretsmanager:GetSecretValue", f"{SECRETS}/backup/*"),
        ("lambda:InvokeFunction", BACKUP_ITSELF),
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),
    },
    "VerifyRole": {
        ("logs:CreateLogStream", "VerifyLogGroup.Arn"),
        ("logs:PutLogEvents", "VerifyLogGroup.Arn"),
        ("dynamodb:Query", TABLE),
        ("dynamodb:BatchGetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:DeleteItem", TABLE),  # a lease is given back
        ("s3:GetObject", BACKUPS),
        ("s3:PutObject", PROOFS),  # what drills have found, and nothing else
        ("s3:ListBucket", "BackupBucket.Arn"),
        ("kms:GenerateDataKey", "BackupKmsKeyArn"),
        ("kms:Decrypt", "BackupKmsKeyArn"),
        ("lambda:InvokeFunction", BACKUP_ITSELF.replace("-backup", "-verify")),
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),
    },
    "NotifyRole": {
        ("logs:CreateLogStream", "NotifyLogGroup.Arn"),
        ("logs:PutLogEvents", "NotifyLogGroup.Arn"),
        ("dynamodb:Query", TABLE),
        ("dynamodb:BatchGetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:UpdateItem", TABLE),
        ("dynamodb:BatchWriteItem", TABLE),  # what was told, added to the incidents' timelines
        ("dynamodb:Query", "${Table.Arn}/index/due"),
        ("dynamodb:DescribeStream", "Table.StreamArn"),
        ("dynamodb:GetRecords", "Table.StreamArn"),
        ("dynamodb:GetShardIterator", "Table.StreamArn"),
        ("dynamodb:ListStreams", "Table.StreamArn"),
        ("ssm:GetParameters", f"{PARAMETERS}/alerts/*"),
        ("secretsmanager:GetSecretValue", f"{SECRETS}/alerts/*"),
        ("sns:Publish", "AlertTopic"),
        ("sns:Publish", "WatchdogTopic"),
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),
        ("sqs:SendMessage", "StreamFailureQueue.Arn"),  # the destination of records that the function failed on
    },
    "UptimeSchedulerRole": {
        ("lambda:InvokeFunction", "UptimeFunction.Arn"),
        ("states:StartExecution", "UptimeSharing"),  # instead, where runs are shared out
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),
    },
    "UptimeSharingRole": {("lambda:InvokeFunction", "UptimeFunction.Arn")},
    "CertCheckSchedulerRole": {
        ("lambda:InvokeFunction", "CertCheckFunction.Arn"),
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),
    },
    "BackupSchedulerRole": {
        ("lambda:InvokeFunction", "BackupFunction.Arn"),
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),
    },
    "VerifySchedulerRole": {
        ("lambda:InvokeFunction", "VerifyFunction.Arn"),
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),
    },
    "NotifySchedulerRole": {
        ("lambda:InvokeFunction", "NotifyFunction.Arn"),
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),
    },
}


MANAGED = {"BackupRole": {"Fn::If": ["BacksUpFromVpc", [{"Fn::Sub": IN_A_NETWORK}], NOTHING]}}


def test_all_roles_are_looked_at_here(stack: Stack) -> None:
    assert set(stack.of_type("AWS::IAM::Role")) == set(ALLOWED)


@pytest.mark.parametrize("name", ALLOWED)
def test_a_role_may_do_what_is_written_here_and_nothing_else(stack: Stack, name: str) -> None:
    role = stack.properties(name)

    assert set(_allowed(role)) == ALLOWED[name]
    assert role.get("ManagedPolicyArns") == MANAGED.get(name)


def test_no_policy_is_about_everything(stack: Stack) -> None:
    for role in stack.of_type("AWS::IAM::Role").values():
        for action, resource in _allowed(role):
            assert "*" not in action
            assert resource.count("*") <= 1 or resource == PROOFS
            assert resource.rpartition("*")[0].endswith("/") == ("*" in resource)


@pytest.mark.parametrize(
    ("function", "role"),
    [
        ("UptimeFunction", "UptimeRole"),
        ("CertCheckFunction", "CertCheckRole"),
        ("BackupFunction", "BackupRole"),
        ("VerifyFunction", "VerifyRole"),
        ("NotifyFunction", "NotifyRole"),
    ],
)
def test_each_function_has_its_own_role(stack: Stack, function: str, role: str) -> None:
    assert stack.properties(function)["Role"] == {"Fn::GetAtt": [role, "Arn"]}
    [trust] = statements(stack.properties(role)["AssumeRolePolicyDocument"])
    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}


@pytest.mark.parametrize(
    ("schedule", "role"),
    [
        ("UptimeRuns", "UptimeSchedulerRole"),
        ("CertCheckRuns", "CertCheckSchedulerRole"),
        ("BackupRuns", "BackupSchedulerRole"),
        ("FreshnessRuns", "VerifySchedulerRole"),
        ("NotifySweeps", "NotifySchedulerRole"),
    ],
)
def test_a_schedules_role_serves_no_schedule_of_another_account(stack: Stack, schedule: str, role: str) -> None:
    assert stack.properties(schedule)["Target"]["RoleArn"] == {"Fn::GetAtt": [role, "Arn"]}
    [trust] = statements(stack.properties(role)["AssumeRolePolicyDocument"])
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"]["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_the_bucket_is_listed_below_the_backups_only(stack: Stack) -> None:
    for role in ("BackupRole", "VerifyRole"):
        [policy] = stack.properties(role)["Policies"]
        [listing] = [one for one in statements(policy["PolicyDocument"]) if one["Action"] == "s3:ListBucket"]

        assert listing["Condition"] == {"StringLike": {"s3:prefix": "backups/*"}}


def test_nothing_is_open_to_the_world(stack: Stack) -> None:
    for kind in ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy"):
        for policy in stack.of_type(kind).values():
            assert all(_denies_or_is_for_one_rule(one) for one in statements(policy["PolicyDocument"]))
    assert not stack.of_type("AWS::Lambda::Url")
    for permission in stack.of_type("AWS::Lambda::Permission").values():
        assert permission["Principal"] == "events.amazonaws.com"
        assert permission["SourceArn"] == THE_RULE


def _denies_or_is_for_one_rule(statement: Json) -> bool:
    """Whether a statement permits nothing, or sending to EventBridge for the rule of new backups."""
    if statement["Effect"] == "Deny":
        return True
    of_the_rule: bool = statement["Condition"] == {"ArnEquals": {"aws:SourceArn": THE_RULE}}
    return of_the_rule and bool(statement["Principal"] == {"Service": "events.amazonaws.com"})


def _allowed(role: Json) -> Iterator[tuple[str, str]]:
    for policy in role["Policies"]:
        for statement in statements(policy["PolicyDocument"]):
            assert statement["Effect"] == "Allow"
            for action in as_list(statement["Action"]):
                for resource in as_list(statement["Resource"]):
                    yield action, _short(resource)


def _short(resource: Any) -> str:
    """Return a resource as a person would write it."""
    match resource:
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
        case {"Fn::Sub": text} | {"Ref": text}:
            return str(text)
        case _:
            return str(resource)
