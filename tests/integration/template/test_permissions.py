"""What the functions really call, against what their roles in template.yaml allow."""

import socket
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from caretaker.archive.identity import DUMP, MANIFEST, BackupId
from caretaker.local.aws import LocalAws
from caretaker.local.stack.template import read_template
from tests.postgres import PostgresServer
from tests.template.stack import as_list, logical, statements

TEMPLATE = Path(__file__).parents[3] / "template.yaml"

# What a call needs where its permission has another name.
NEEDED = {
    "dynamodb:TransactWriteItems": {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    "sns:PublishBatch": {"sns:Publish"},
}

CONFIGURATION = """
environment: production
uptime:
  defaults: {{recheck: 0}}
  targets:
    - {{name: api, url: "http://127.0.0.1:{port}/", headers: {{X-Key: "${{ssm:caretaker/production/uptime/key}}"}}}}
backup:
  databases: [{{name: main, url: "${{ssm:caretaker/production/backup/main}}"}}]
alerts:
  channels: [{{name: email, sns: AlertTopic}}]
  routes: {{critical: [email]}}
"""


FUNCTIONS = ("uptime", "cert_check", "backup", "verify", "cleanup", "notify")


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory, postgres_18: PostgresServer) -> Iterator[Mapping[str, set[str]]]:
    """Let a target be down, be told of, and be swept after; back a database up; give what each function called."""
    config = tmp_path_factory.mktemp("permissions") / "caretaker.yaml"
    with socket.create_server(("127.0.0.1", 0)) as server:
        config.write_text(CONFIGURATION.format(port=server.getsockname()[1]), "utf-8")
    with LocalAws(config) as aws:
        for name, value in (("uptime/key", "a-key"), ("backup/main", postgres_18.url())):
            aws.client("ssm").put_parameter(Name=f"/caretaker/production/{name}", Value=value, Type="SecureString")
        now = datetime.now(UTC).replace(microsecond=0)
        aws.invoke("uptime", {"scheduled_at": _text(now)})
        aws.drain()
        aws.invoke("cert_check", {"scheduled_at": _text(now)})
        aws.drain()
        _back_up(aws, now)
        aws.invoke("verify", {"scheduled_at": _text(now)})
        _clean_up(aws, now)
        aws.invoke("notify", {"scheduled_at": _text(now + timedelta(minutes=5)), "sweep": True})
        aws.drain()
        assert aws.published()
        found = defaultdict(set)
        for call in aws.calls:
            found[call.function].add(f"{call.service}:{call.action}")
        yield found


def _back_up(aws: LocalAws, at: datetime) -> None:
    """Back the database up as the schedule does; S3 does not answer at first when the upload begins."""
    key = BackupId("main", "daily", at).key(DUMP)
    begins = f"POST /{aws.variables('backup')['CARETAKER_BUCKET']}/{key}"
    aws.faults.add(service="s3", action=begins, error="InternalError")
    assert aws.invoke("backup", {"scheduled_at": _text(at)}).payload == {"started": ["main"]}
    aws.drain()


def _clean_up(aws: LocalAws, at: datetime) -> None:
    """Let a backup expire whose remains are found, an upload be stale, and a log group keep its lines for ever."""
    bucket, s3 = aws.variables("cleanup")["CARETAKER_BUCKET"], aws.client("s3")
    gone = BackupId("main", "daily", at - timedelta(days=1))
    for name in (MANIFEST, DUMP):
        s3.put_object(Bucket=bucket, Key=gone.key(name), Body=b"{}")
    s3.delete_object(Bucket=bucket, Key=gone.key(MANIFEST))
    s3.create_multipart_upload(Bucket=bucket, Key=gone.key(DUMP))
    group = aws.variables("cleanup")["CARETAKER_LOG_GROUPS"].split(",")[0]
    aws.client("logs").delete_retention_policy(logGroupName=group)
    assert aws.invoke("cleanup", {"scheduled_at": _text(datetime.now(UTC))}).payload["result"]["status"] == "ok"
    [found] = aws.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["retentionInDays"] == 30


def test_a_cleanup_needs_what_it_calls_when_there_is_something_to_do(called: Mapping[str, set[str]]) -> None:
    assert {"s3:DeleteObject", "s3:ListBucketVersions", "s3:AbortMultipartUpload"} <= called["cleanup"]
    assert {"logs:DescribeLogGroups", "logs:PutRetentionPolicy", "dynamodb:DeleteItem"} <= called["cleanup"]


def test_a_backup_needs_what_it_calls_at_the_worst_of_times(called: Mapping[str, set[str]]) -> None:
    assert {"s3:PutObject", "s3:GetObject", "s3:ListBucket"} <= called["backup"]
    assert {"s3:ListBucketMultipartUploads", "lambda:InvokeFunction", "dynamodb:DeleteItem"} <= called["backup"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_calls_only_what_its_role_allows(called: Mapping[str, set[str]], function: str) -> None:
    allowed = set(_actions(f"{logical(function)}Role"))

    needed = set().union(*(NEEDED.get(call, {call}) & allowed or {call} for call in called[function]))

    assert needed
    assert needed <= allowed


def _actions(role: str) -> Iterator[str]:
    for policy in read_template(TEMPLATE).resources[role]["Properties"]["Policies"]:
        for statement in statements(policy["PolicyDocument"]):
            yield from as_list(statement["Action"])


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
