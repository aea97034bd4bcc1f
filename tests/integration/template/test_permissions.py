"""What the functions really call, against what their roles in template.yaml allow, and the other way round."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.template.conftest import FUNCTIONS, Ran
from tests.template.plain import plain
from tests.template.stack import as_list, logical, statements

TEMPLATE = Path(__file__).parents[3] / "template.yaml"

# What a call needs where its permission has another name.
NEEDED = {
    "dynamodb:TransactWriteItems": {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    "sns:PublishBatch": {"sns:Publish"},
}

# What a role allows and its function does not call in this run of everything, and why it is allowed.
BY_LAMBDA = "Lambda itself uses it in the function's name"
A_SECRET = "only where a reference is to Secrets Manager"
UNUSED = {
    "uptime": {"secretsmanager:GetSecretValue": A_SECRET},
    "cert_check": {},
    "backup": {
        "secretsmanager:GetSecretValue": A_SECRET,
        "s3:AbortMultipartUpload": "only if a dump breaks off",
        "s3:ListMultipartUploadParts": "only if the end of an upload was not answered",
        "kms:GenerateDataKey": "only with a key of one's own",
        "kms:Decrypt": "only with a key of one's own",
    },
    "verify": {
        "ssm:GetParameters": "only with a server of one's own for drills",
        "secretsmanager:GetSecretValue": A_SECRET,
        "lambda:InvokeFunction": "only if a backup has no proof when the daily drills are due",
        "kms:GenerateDataKey": "only with a key of one's own",
        "kms:Decrypt": "only with a key of one's own",
    },
    "cleanup": {"kms:Decrypt": "only with a key of one's own"},
    "notify": {
        "secretsmanager:GetSecretValue": A_SECRET,
        "ssm:GetParameters": "only with a channel that has an address",
        **dict.fromkeys(
            [f"dynamodb:{action}" for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")],
            BY_LAMBDA,
        ),
    },
}
# What a function calls at some times of the day alone.
SOMETIMES = {
    name: {"dynamodb:BatchGetItem": "after a conflict, and in the first runs of a day"}
    for name in ("uptime", "cert_check")
}
ALWAYS_UNUSED = dict.fromkeys(["logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"], BY_LAMBDA)


@pytest.fixture(scope="module")
def called(ran: Ran) -> Mapping[str, set[str]]:
    found = defaultdict(set)
    for call in ran.calls:
        found[call.function].add(f"{call.service}:{call.action}")
    return found


def test_a_backup_needs_what_it_calls_at_the_worst_of_times(called: Mapping[str, set[str]]) -> None:
    assert {"s3:PutObject", "s3:GetObject", "s3:ListBucket"} <= called["backup"]
    assert {"s3:ListBucketMultipartUploads", "lambda:InvokeFunction", "dynamodb:DeleteItem"} <= called["backup"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_calls_only_what_its_role_allows(called: Mapping[str, set[str]], function: str) -> None:
    allowed = set(_actions(f"{logical(function)}Role"))

    needed = set().union(*(NEEDED.get(call, {call}) & allowed or {call} for call in called[function]))

    assert needed
    assert needed <= allowed


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_a_role_allows_is_used_or_there_for_a_reason(called: Mapping[str, set[str]], function: str) -> None:
    allowed = set(_actions(f"{logical(function)}Role"))
    used = set().union(*(NEEDED.get(call, {call}) for call in called[function]))

    sometimes = set(SOMETIMES.get(function, {}))
    assert sometimes <= allowed
    assert allowed - used - sometimes == set(UNUSED[function]) | set(ALWAYS_UNUSED)


def _actions(role: str) -> Iterator[str]:
    for policy in plain().resources[role]["Properties"]["Policies"]:
        for statement in statements(policy["PolicyDocument"]):
            yield from as_list(statement["Action"])
