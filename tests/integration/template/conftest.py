"""The stack of template.yaml at work: everything that is scheduled, an outage, and an hour without channels."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from caretaker.archive.identity import DUMP, MANIFEST, BackupId
from caretaker.local.aws import LocalAws
from caretaker.local.endpoint.records import Call
from caretaker.local.functions.logs import Line
from tests.postgres import PostgresServer

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


@dataclass(frozen=True, slots=True)
class Ran:
    """What the functions called and printed, and the stack's name."""

    calls: list[Call]
    lines: dict[str, list[Line]]
    stack: str


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory, postgres_18: PostgresServer) -> Iterator[Ran]:
    """Let a target be down, be told of, and be swept after; back a database up; let nobody be reached."""
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
        _reach_nobody(aws, now)
        yield Ran(aws.calls, {name: aws.logs(name) for name in FUNCTIONS}, "caretaker")


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


def _reach_nobody(aws: LocalAws, at: datetime) -> None:
    """Let a reminder be due while no topic takes anything."""
    aws.faults.add(service="sns", action="Publish", error="AuthorizationError", status=403, times=10)
    aws.invoke("notify", {"scheduled_at": _text(at + timedelta(hours=5)), "sweep": True})
    aws.drain()


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
