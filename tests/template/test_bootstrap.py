"""bootstrap.yaml: what GitHub may do in an account, and what nobody can exceed."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse

from tests.template.stack import Json, Stack, as_list, statements
from tests.template.test_roles import ALLOWED

ROOT = Path(__file__).parents[2]

# Each statement about everything: its calls take no resource, or none that is known before.
ABOUT_EVERYTHING = {"ReadTemplates", "SeeTheNetwork", "BeInANetwork"}

# What CloudFormation may need for properties that the template does not use.
NOT_USED = {
    "another table's data, or replicas": r"dynamodb:(AssociateTableReplica|CreateTableReplica|ImportTable|"
    r"DescribeImport|BatchWriteItem|DeleteItem|GetItem|PutItem|Query|Scan|UpdateItem)"
    r"|s3:(GetObject|GetObjectMetadata)",
    "insights, streams to Kinesis, and policies of tables": r"dynamodb:(Disable|Enable|Update)\w*(Kinesis|"
    r"Contributor)\w*|dynamodb:(Put|Delete)ResourcePolicy|kinesis:.*",
    "keys of the owner's": r"kms:.*|logs:(Dis)?[Aa]ssociateKmsKey",
    "a role that AWS makes by itself": r"iam:CreateServiceLinkedRole|iam:DeleteRolePermissionsBoundary",
    "log groups with more than a retention": r"logs:(CreateLogDelivery|CreateLogStream|DescribeLogStreams|PutLogEvents"
    r"|\w*IndexPolicy|\w*DataProtectionPolicy|PutResourcePolicy|DeleteResourcePolicy|PutBearerTokenAuthentication"
    r"|PutLogGroupDeletionProtection)|firehose:.*|s3:REST.*|sns:PutDataProtectionPolicy",
    "file systems, code signing, capacity": r"elasticfilesystem:.*|s3files:.*|lambda:(GetCodeSigningConfig"
    r"|\w*PutFunctionCodeSigningConfig|DeleteFunctionCodeSigningConfig|PassCapacityProvider|PutFunctionScalingConfig"
    r"|AssociateRuntimeAlias|PutRuntimeManagementConfig|PutFunctionRecursionConfig|PublishVersion)",
    "other features of buckets": r"s3tables:.*|s3:(Put|Create|Delete|Get|Update)Bucket(Abac|Acl|CORS|Cors|Logging|"
    r"Website|Replication|Metadata\w*|Analytics\w*|Metrics\w*|Encryption|Lifecycle)|s3:Put(Accelerate|Analytics"
    r"|IntelligentTiering|Inventory|Metrics|Replication|ObjectLock)Configuration|s3:(PutObjectAcl|DeleteObject)",
}


@pytest.fixture(scope="module")
def bootstrap() -> Stack:
    return Stack(yaml_parse((ROOT / "bootstrap.yaml").read_text("utf-8"))["Resources"])


@pytest.mark.parametrize(("role", "environment"), [("DeployRole", ""), ("OperationsRole", "-operations")])
def test_only_one_environment_of_one_repository_gets_a_role(bootstrap: Stack, role: str, environment: str) -> None:
    [trust] = bootstrap.properties(role)["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": {"Ref": "Audience"},
            "token.actions.githubusercontent.com:sub": {
                "Fn::Sub": "repo:${Repository}:environment:${Environment}" + environment
            },
        }
    }


@pytest.mark.parametrize(
    ("repository", "is_taken"),
    [
        ("octocat/my-repo", True),
        ("octocat@123456/my-repo@456789", True),
        ("octocat/*", False),
        ("octocat@123456/my-repo", False),
        ("octocat/my-repo:ref:refs/heads/main", False),
        ("octocat", False),
    ],
)
def test_both_forms_of_the_subject_are_taken_and_no_wildcard(repository: str, is_taken: bool) -> None:
    parameters = yaml_parse((ROOT / "bootstrap.yaml").read_text("utf-8"))["Parameters"]

    assert bool(re.fullmatch(parameters["Repository"]["AllowedPattern"], repository)) is is_taken


def test_nothing_is_about_everything_but_what_is_listed_here(bootstrap: Stack) -> None:
    found = {one["Sid"] for _, one in _statements(bootstrap) if "*" in as_list(one["Resource"])}

    assert found == ABOUT_EVERYTHING


def test_no_allowed_action_is_a_whole_service(bootstrap: Stack) -> None:
    allowed = [
        action for _, one in _statements(bootstrap) if one["Effect"] == "Allow" for action in as_list(one["Action"])
    ]

    assert [action for action in allowed if action.endswith(":*") or action == "*"] == []


def test_a_deployment_can_make_roles_with_the_boundary_only(bootstrap: Stack) -> None:
    grants = ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary")
    for _, one in _statements(bootstrap):
        if one["Effect"] == "Allow" and any(_covers(one, grant) for grant in grants):
            assert one["Condition"]["StringEquals"]["iam:PermissionsBoundary"] == {"Ref": "Boundary"}
        assert not (one["Effect"] == "Allow" and _covers(one, "iam:DeleteRolePermissionsBoundary"))
    assert all(any(_covers(one, grant) for _, one in _statements(bootstrap)) for grant in grants)


def test_a_deployment_cannot_change_what_bounds_it(bootstrap: Stack) -> None:
    [denied] = [one for name, one in _statements(bootstrap) if name == "ExecutionRole" and one["Effect"] == "Deny"]

    assert denied["Action"] == "iam:*"
    assert "${AWS::StackName}-*" in denied["Resource"]["Fn::Sub"]
    assert not any(
        _covers(one, "iam:CreatePolicyVersion") for _, one in _statements(bootstrap) if one["Effect"] == "Allow"
    )


def test_github_changes_the_stack_through_cloudformations_role_only(bootstrap: Stack) -> None:
    own = [one for name, one in _statements(bootstrap) if name in ("DeployRole", "Running")]
    writing = [
        action for one in own for action in as_list(one["Action"]) if re.search(":(Create|Update|Delete|Put)", action)
    ]
    [change] = [one for one in own if one["Sid"] == "ChangeTheStackThroughItsOwnRole"]

    assert change["Condition"] == {"StringEquals": {"cloudformation:RoleArn": {"Fn::GetAtt": ["ExecutionRole", "Arn"]}}}
    assert set(writing) == {
        "cloudformation:CreateChangeSet",
        "cloudformation:DeleteChangeSet",
        "s3:PutObject",  # artifacts
        "dynamodb:PutItem",  # a test alert
    }


def test_every_role_of_the_stack_carries_the_boundary(stack: Stack) -> None:
    boundary = {"Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}

    assert [
        name for name, role in stack.of_type("AWS::IAM::Role").items() if role["PermissionsBoundary"] != boundary
    ] == []


def test_the_boundary_leaves_every_role_what_it_needs(bootstrap: Stack) -> None:
    within = list(statements(bootstrap.properties("Boundary")["PolicyDocument"]))

    needed = {action for allowed in ALLOWED.values() for action, _ in allowed}

    assert [action for action in sorted(needed) if not any(_covers(one, action) for one in within)] == []


def test_the_boundary_lets_nobody_delete_what_was_stored_or_open_it_to_others(bootstrap: Stack) -> None:
    within = list(statements(bootstrap.properties("Boundary")["PolicyDocument"]))

    for action in (
        "s3:DeleteObjectVersion",
        "s3:PutBucketPolicy",
        "s3:BypassGovernanceRetention",
        "iam:PassRole",
        "sts:AssumeRole",
    ):
        assert not any(_covers(one, action) for one in within)


def test_cloudformation_may_do_what_it_needs_for_every_kind_of_resource(bootstrap: Stack, stack: Stack) -> None:
    allowed = [one for name, one in _statements(bootstrap) if name == "ExecutionRole" and one["Effect"] == "Allow"]
    missing = {
        (kind, action)
        for kind in {one["Type"] for one in stack.resources.values()}
        for action in _called_by_cloudformation(kind)
        if not any(_covers(one, action) for one in allowed)
        and not any(re.fullmatch(pattern, action) for pattern in NOT_USED.values())
    }

    assert sorted(missing) == []


def test_a_deployment_lets_nobody_start_a_function_but_eventbridge(bootstrap: Stack) -> None:
    [allowing] = [one for _, one in _statements(bootstrap) if _covers(one, "lambda:AddPermission")]

    assert allowing["Condition"] == {"StringEquals": {"lambda:Principal": "events.amazonaws.com"}}


def test_the_bucket_of_artifacts_is_kept_and_closed(bootstrap: Stack) -> None:
    bucket = bootstrap.resources["ArtifactBucket"]

    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}


def test_every_parameter_and_output_says_what_it_is_for() -> None:
    template = yaml.load((ROOT / "bootstrap.yaml").read_text("utf-8"), yaml.BaseLoader)

    for part in ("Parameters", "Outputs"):
        assert [name for name, one in template[part].items() if not one.get("Description")] == []


def _statements(bootstrap: Stack) -> Iterator[tuple[str, Json]]:
    """Yield each statement about what may be done, with the resource that it belongs to."""
    for name, policy in bootstrap.of_type("AWS::IAM::ManagedPolicy").items():
        yield from ((name, one) for one in statements(policy["PolicyDocument"]))
    for name, role in bootstrap.of_type("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            yield from ((name, one) for one in statements(policy["PolicyDocument"]))


def _covers(statement: Json, action: str) -> bool:
    return any(fnmatchcase(action, pattern) for pattern in as_list(statement["Action"]))


def _called_by_cloudformation(kind: str) -> set[str]:
    """Return what AWS's own schema of a kind of resource says that CloudFormation calls for it."""
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # takes seconds, which every process that collects would pay

    schema: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    handlers = schema.get("handlers", {})
    return {
        action
        for name in ("create", "read", "update", "delete")
        for action in handlers.get(name, {}).get("permissions", [])
    }
