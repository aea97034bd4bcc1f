"""The roles: exactly what each function and schedule uses, and nothing that is open to everybody."""

from collections.abc import Iterator
from typing import Any

import pytest

from caretaker.build.artifact import FUNCTIONS
from tests.template.stack import NOTHING, Json, Stack, as_list, logical, statements

TABLE = "Table.Arn"
SECRETS = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:caretaker/${Environment}"
PARAMETERS = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/caretaker/${Environment}"
BACKUPS = "${BackupBucket.Arn}/backups/*"
LOG_GROUPS = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"
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
        ("dynamodb:Query", "${Table.Arn}/index/due"),  # how long messages wait
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
        ("ssm:GetParameters", f"{PARAMETERS}/drill/*"),  # servers for drills, and never those of the databases
        ("secretsmanager:GetSecretValue", f"{SECRETS}/drill/*"),
        ("lambda:InvokeFunction", BACKUP_ITSELF.replace("-backup", "-verify")),
        ("sqs:SendMessage", "DeadLetterQueue.Arn"),
    },
    "CleanupRole": {
        ("logs:CreateLogStream", "CleanupLogGroup.Arn"),
        ("logs:PutLogEvents", "CleanupLogGroup.Arn"),
        ("dynamodb:Query", TABLE),
        ("dynamodb:BatchGetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:DeleteItem", TABLE),  # a lease is given back
        ("s3:GetObject", BACKUPS),
        ("s3:DeleteObject", BACKUPS),
        ("s3:AbortMultipartUpload", BACKUPS),
        ("s3:ListBucket", "BackupBucket.Arn"),
        ("s3:ListBucketVersions", "BackupBucket.Arn"),  # whether a backup whose remains are there has expired
        ("s3:ListBucketMultipartUploads", "BackupBucket.Arn"),
        ("kms:Decrypt", "BackupKmsKeyArn"),
        ("logs:DescribeLogGroups", LOG_GROUPS),
        *(("logs:PutRetentionPolicy", f"{logical(name)}LogGroup.Arn") for name in FUNCTIONS),
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
    "CleanupSchedulerRole": {
        ("lambda:InvokeFunction", "CleanupFunction.Arn"),
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
            if (action, resource) == ("logs:DescribeLogGroups", LOG_GROUPS):
                continue  # names and ages of log groups; it takes no smaller resource
            assert resource.count("*") <= 1 or resource == PROOFS
            assert resource.rpartition("*")[0].endswith("/") == ("*" in resource)


@pytest.mark.parametrize(
    ("function", "role"),
    [
        ("UptimeFunction", "UptimeRole"),
        ("CertCheckFunction", "CertCheckRole"),
        ("BackupFunction", "BackupRole"),
        ("VerifyFunction", "VerifyRole"),
        ("CleanupFunction", "CleanupRole"),
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
        ("CleanupRuns", "CleanupSchedulerRole"),
        ("NotifySweeps", "NotifySchedulerRole"),
    ],
)
def test_a_schedules_role_serves_no_schedule_of_another_account(stack: Stack, schedule: str, role: str) -> None:
    assert stack.properties(schedule)["Target"]["RoleArn"] == {"Fn::GetAtt": [role, "Arn"]}
    [trust] = statements(stack.properties(role)["AssumeRolePolicyDocument"])
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"]["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_cleanup_alone_may_delete_objects_and_nobody_versions(stack: Stack) -> None:
    may = {name: {action for action, _ in _allowed(role)} for name, role in stack.of_type("AWS::IAM::Role").items()}

    assert [name for name, actions in may.items() if "s3:DeleteObject" in actions] == ["CleanupRole"]
    forbidden = {"s3:DeleteObjectVersion", "s3:BypassGovernanceRetention", "s3:PutBucketVersioning", "s3:PutObject"}
    assert not may["CleanupRole"] & forbidden
    assert not any(actions & (forbidden - {"s3:PutObject"}) for actions in may.values())


def test_the_bucket_is_listed_below_the_backups_only(stack: Stack) -> None:
    for role in ("BackupRole", "VerifyRole", "CleanupRole"):
        [policy] = stack.properties(role)["Policies"]
        listings = [one for one in statements(policy["PolicyDocument"]) if "s3:ListBucket" in as_list(one["Action"])]
        [listing] = listings

        assert listing["Condition"] == {"StringLike": {"s3:prefix": "backups/*"}}


def test_nothing_is_open_to_the_world(stack: Stack) -> None:
    for kind in ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy"):
        for policy in stack.of_type(kind).values():
            assert all(_may_be(one) for one in statements(policy["PolicyDocument"]))
    assert not stack.of_type("AWS::Lambda::Url")
    for permission in stack.of_type("AWS::Lambda::Permission").values():
        assert permission["Principal"] == "events.amazonaws.com"
        assert permission["SourceArn"] == THE_RULE


def _may_be(statement: Json) -> bool:
    """Whether a statement permits nothing but what CloudWatch's alarms, or the rule of new backups, have to say."""
    if statement["Effect"] == "Deny" or statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}:
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
