"""The last good version: recorded once it has proved itself, and deployed again when the next one has not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from caretaker.releasing.errors import ReleaseError
from caretaker.releasing.records import Records
from tests.buckets import made_bucket, s3_at
from tests.clients import client_at
from tests.integration.releasing.workplace import Workplace
from tests.servers import reply, serve

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

BUCKET = "artifacts-of-releases"


def template(version: str, artifact: str = f"s3://{BUCKET}/caretaker/0123abcd") -> str:
    topic = {"Type": "AWS::SNS::Topic", "Metadata": {"CodeUri": artifact}, "Properties": {"DisplayName": version}}
    return json.dumps({"Resources": {"Topic": topic}, "Outputs": {"TableName": {"Value": "a-table"}}})


@pytest.fixture
def s3(moto_endpoint: str) -> Iterator["S3Client"]:
    client = s3_at(moto_endpoint)
    with made_bucket(client, BUCKET):
        yield client


@pytest.fixture
def cloudformation(moto_endpoint: str) -> Iterator["CloudFormationClient"]:
    made: CloudFormationClient = client_at("cloudformation", moto_endpoint)
    made.create_stack(StackName="caretaker", TemplateBody=template("first"))
    yield made
    made.delete_stack(StackName="caretaker")


@pytest.fixture
def records(cloudformation: "CloudFormationClient", s3: "S3Client") -> Records:
    return Records("caretaker", cloudformation, s3)


def test_a_version_recorded_as_good_is_there_after_others_were_deployed(
    records: Records, cloudformation: "CloudFormationClient"
) -> None:
    records.keep()
    cloudformation.update_stack(StackName="caretaker", TemplateBody=template("second"))

    assert json.loads(records.good())["Resources"]["Topic"]["Properties"] == {"DisplayName": "first"}


def test_without_a_good_version_there_is_nothing_to_go_back_to(records: Records) -> None:
    with pytest.raises(ReleaseError, match="no version of caretaker has been recorded as good yet"):
        records.good()


def test_what_was_not_deployed_from_artifacts_cannot_be_recorded(
    records: Records, cloudformation: "CloudFormationClient"
) -> None:
    cloudformation.update_stack(StackName="caretaker", TemplateBody=template("third", artifact="functions/uptime"))

    with pytest.raises(ReleaseError, match="names no artifacts"):
        records.keep()


def test_make_goes_back_to_the_good_version(
    records: Records, cloudformation: "CloudFormationClient", moto_endpoint: str, tmp_path: Path, quick_caretaker: Path
) -> None:
    work = Workplace(tmp_path, moto_endpoint, quick_caretaker)
    work.add("production")
    assert work.make("deploy", "EMAIL=ops@example.com").returncode == 0
    recorded = work.make("good")
    cloudformation.update_stack(StackName="caretaker", TemplateBody=template("broken"))

    back = work.make("rollback")

    assert "caretaker is good as it is: recorded in s3://" in recorded.stdout, recorded.stderr
    assert back.returncode == 0, back.stderr
    told = work.told()[-1]
    assert json.loads(told[-1])["Resources"]["Topic"]["Properties"] == {"DisplayName": "first"}
    assert "--no-confirm-changeset" in told
    assert 'WatchdogEmail="ops@example.com"' in told


def test_make_says_so_if_there_is_nothing_to_go_back_to(
    records: Records, moto_endpoint: str, tmp_path: Path, quick_caretaker: Path
) -> None:
    work = Workplace(tmp_path, moto_endpoint, quick_caretaker)
    work.add("production")

    back = work.make("rollback")

    assert back.returncode == 2
    assert "there is nothing to go back to" in back.stderr
    assert work.told() == []


def test_a_stack_is_deleted_only_by_its_name_and_it_says_what_stays(
    records: Records, cloudformation: "CloudFormationClient", moto_endpoint: str, tmp_path: Path, quick_caretaker: Path
) -> None:
    work = Workplace(tmp_path, moto_endpoint, quick_caretaker)
    work.add("production")

    refused = work.make("destroy")
    still = cloudformation.describe_stacks(StackName="caretaker")["Stacks"][0]["StackStatus"]
    shown = work.make_at_terminal("destroy", answers="caretaker\n")

    assert refused.returncode == 2
    assert still == "CREATE_COMPLETE"
    assert "states, incidents and history, in the table a-table" in shown
    assert "The stack caretaker is deleted." in shown
    assert not [
        one
        for one in cloudformation.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
        if one["StackName"] == "caretaker"
    ]


def test_slack_is_told_of_a_deployment_and_the_address_is_never_shown(tmp_path: Path) -> None:
    work = Workplace(tmp_path)
    work.add("production")
    with serve(reply(b"ok")) as server:
        told = work.make("tell", TEXT="v1 is live", SLACK_DEPLOYMENTS=server.url("/services/s3cret"))
    with serve(reply(b"no_service", "404 Not Found")) as gone:
        refused = work.make("tell", TEXT="v1 is live", SLACK_DEPLOYMENTS=gone.url("/services/s3cret"))

    assert told.returncode == 0, told.stderr
    assert b"POST /services/s3cret" in server.requests[0]
    assert refused.returncode == 2
    assert "nobody was told: Slack answered 404" in refused.stderr
    assert "s3cret" not in told.stdout + told.stderr + refused.stdout + refused.stderr
