"""Whatever fails in a run, nothing is left that looks like a backup, and people are told why, once."""

import logging
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from caretaker.archive.identity import DUMP, MANIFEST, BackupId
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.programs import programs_for
from caretaker.archive.versions import Version
from caretaker.core.results import Status
from caretaker.core.secrets import SecretUnavailable
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger
from functions.backup.run import BackupFailed
from tests.databases import run as query
from tests.faults import Faults, throttled, unreachable
from tests.integration.backup.backing_up import TWO_ATTEMPTS, World
from tests.integration.backup.conftest import s3_client
from tests.integration.backup.dumping import pg_dumps
from tests.postgres import PASSWORD, PostgresServer
from tests.s3_troubles import TroubledS3


def fails(world: World, seconds: float = 75.0, **tools: Any) -> dict[str, Any]:
    """Let a run fail; return what people are told of it, after having looked at what is left."""
    before = world.backups()
    with pytest.raises(BackupFailed):
        world.run(seconds=seconds, **tools)
    assert world.backups() == before
    assert len(world.manifests()) == len(before)
    assert world.uploads() == []
    assert world.is_free()
    assert pg_dumps() == []
    assert world.events() == ["opened"]
    [opened] = world.told()
    assert opened["status"] == "down"
    incident = world.state().incident
    assert incident
    assert incident.status is Status.DOWN
    return opened


def codes(told: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in told["findings"]]


_VERSION = 'case "$1" in --version) exec "$real" "$@" ;; esac'


def scripted(world: World, folder: Path, script: str) -> Path:
    """Return a folder of programs whose pg_dump is a shell script; ``$real`` is the real one."""
    real = programs_for(Version(18, 0), world.programs).path("pg_dump")
    for version in ("16", "18"):
        source, target = world.programs / version, folder / version
        (target / "bin").mkdir(parents=True)
        for program in (source / "bin").iterdir():
            (target / "bin" / program.name).symlink_to(program)
        program = target / "bin" / "pg_dump"
        program.unlink()
        program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\nreal={real}\n{_VERSION}\n{script}\n", "utf-8")
        program.chmod(0o755)
    if (world.programs / "lib").exists():
        (folder / "lib").symlink_to(world.programs / "lib")
    return folder


def test_a_database_that_is_not_there_is_unreachable(world: World) -> None:
    world.url = "postgresql://postgres:pass-word@127.0.0.1:1/main"

    assert codes(fails(world)) == ["unreachable"]


def test_a_wrong_password_is_said_and_not_tried_again(world: World) -> None:
    world.url = str(world.url).replace("sup3r", "wr0ng")

    assert codes(fails(world, TWO_ATTEMPTS)) == ["auth-failed"]
    assert world.waited == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (SecretUnavailable("there is no parameter /caretaker/production/backup/main: put it there"), "no parameter"),
        ("mysql://root:pass-word@db/main", "cannot be used"),
        ("postgresql://main:pass-word@[db/main", "cannot be used"),
        ("", "cannot be used"),
    ],
)
def test_a_secret_that_is_missing_or_malformed_is_said_without_it(
    world: World, url: str | SecretUnavailable, said: str
) -> None:
    world.url = url

    told = fails(world)

    assert codes(told) == ["unreachable"]
    assert said in told["summary"]
    assert "pass-word" not in repr(told)


def test_a_poolers_host_is_refused(world: World) -> None:
    world.url = "postgresql://main:pass-word@ep-one-pooler.eu-central-1.aws.neon.tech/main"

    assert codes(fails(world, TWO_ATTEMPTS)) == ["pooler"]
    assert world.waited == []


def test_a_dump_that_ends_half_way_is_no_backup_and_its_last_words_are_said(world: World, tmp_path: Path) -> None:
    script = '"$real" "$@" 2>/dev/null | head -c 4000; echo "pg_dump: error: the disk is full" >&2; exit 1'

    told = fails(world, programs=scripted(world, tmp_path, script))

    assert codes(told) == ["dump-failed"]
    assert "the disk is full" in told["summary"]


def test_a_server_that_ends_the_session_ends_the_backup(
    world: World, tmp_path: Path, postgres_18: PostgresServer
) -> None:
    marker = tmp_path / "dumping"
    script = f'"$real" "$@" & touch {marker}; wait $!; code=$?; sleep 0.2; exit $code'
    database = str(world.url).rpartition("/")[2]
    ended: list[object] = []

    def end(**_: object) -> None:
        if marker.exists() and not ended:
            ask = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'"
            ended.append(query(postgres_18, "postgres", ask))

    world.bucket.client.meta.events.register("before-call.s3.UploadPart", end)

    told = fails(world, programs=scripted(world, tmp_path / "programs", script))

    assert ended
    assert codes(told) == ["dump-failed"]


def test_a_run_whose_time_is_over_says_so(world: World, tmp_path: Path) -> None:
    told = fails(world, 1.0, programs=scripted(world, tmp_path, "printf PGDMP; exec sleep 60"))

    assert codes(told) == ["out-of-time"]


def test_what_may_have_passed_is_tried_again_with_the_secret_of_that_time(world: World) -> None:
    good, world.url = world.url, "postgresql://postgres:pass-word@127.0.0.1:1/main"

    def rotate() -> None:
        world.url = good

    world.while_waiting = rotate

    assert world.run(seconds=TWO_ATTEMPTS).manifest
    assert len(world.waited) == 1
    assert world.told() == []


def test_a_second_failure_is_told_once(world: World) -> None:
    world.url = "postgresql://postgres:pass-word@127.0.0.1:1/main"

    fails(world, TWO_ATTEMPTS)

    assert len(world.waited) == 1


def test_a_dump_whose_manifest_failed_stays_invisible_and_the_next_attempt_has_another_id(world: World) -> None:
    refused: list[object] = []

    def refuse(params: dict[str, Any], **_: object) -> None:
        if params["Key"].endswith(MANIFEST) and not refused:
            refused.append(params["Key"])
            raise ClientError({"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "Put")

    world.bucket.client.meta.events.register("provide-client-params.s3.PutObject", refuse)
    asked = world.asked()
    first = BackupId("main", "daily", world.now)
    world.while_waiting = world.later

    made = world.run(asked, seconds=TWO_ATTEMPTS)

    assert made.manifest
    assert made.manifest.id.text != first.text
    assert world.bucket.head(first.key(DUMP)) is not None
    assert world.backups() == (made.manifest,)
    assert world.told() == []


def test_a_manifest_that_was_stored_although_s3_said_otherwise_is_a_backup(world: World, troubled: TroubledS3) -> None:
    through = Bucket(s3_client(troubled.endpoint), world.bucket.name)

    def lose(params: dict[str, Any], **_: object) -> None:
        if params["Key"].endswith(MANIFEST):
            troubled.troubles["other"] = ("lost", 2)  # as often as the client asks

    through.client.meta.events.register("provide-client-params.s3.PutObject", lose)

    made = world.run(bucket=through)

    assert world.backups() == (made.manifest,)
    assert world.told() == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_wherever_s3_fails_there_is_a_whole_backup_or_none(world: World, after: bool) -> None:
    kept = world.run().manifest
    for position in count():
        world.later()
        client = s3_client(world.bucket.client.meta.endpoint_url)
        faults = Faults(position, after, unreachable)
        faults.watch(client)
        try:
            made = world.run(bucket=Bucket(client, world.bucket.name)).manifest
        except BackupFailed:
            made = None
        assert set(world.backups()) == {kept, *([made] if made else [])}, faults.calls[position:][:1]
        assert world.uploads() == []
        assert world.is_free()
        forget(world, kept)
        if position >= len(faults.calls):
            break
    assert position > 10
    assert {"opened", "resolved"} <= set(world.events())


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_wherever_dynamodb_fails_there_is_a_whole_backup_or_none(world: World, after: bool) -> None:
    kept = world.run().manifest
    for position in count():
        world.later()
        client = client_like(world.table)
        faults = Faults(position, after, (throttled, unreachable)[position % 2])
        faults.watch(client)
        with suppress(ClientError, ExceptionGroup, EndpointConnectionError):
            world.run(world.asked(request=f"r-{position}"), table=Table(client, world.table.name))
        assert kept in world.backups()
        assert len(world.backups()) == len(world.manifests()) <= 2
        assert world.uploads() == []
        forget(world, kept)
        if position >= len(faults.calls):
            break
    assert position > 4
    world.later()
    assert world.run().manifest, "whatever lease was left behind has run out"
    assert world.is_free()


def forget(world: World, kept: Manifest | None) -> None:
    """Delete all that is not of this backup."""
    for found in list(world.bucket.keys("")):
        if not (kept and found.key.startswith(kept.id.prefix)):
            world.bucket.client.delete_object(Bucket=world.bucket.name, Key=found.key)


def test_no_secret_is_in_logs_the_table_the_objects_or_arguments(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[list[str]] = []

    def look(**_: object) -> None:
        seen.extend(child.cmdline() for child in psutil.Process().children(recursive=True))

    world.bucket.client.meta.events.register("before-call.s3.UploadPart", look)
    script = f'"$real" "$@"; echo "pg_dump: error: password {PASSWORD} of {world.url} is wrong" >&2; exit 1'
    programs = scripted(world, tmp_path, script)
    seen_logs: list[str] = []
    handler = _Kept(seen_logs)
    logger.addHandler(handler)
    try:
        with pytest.raises(BackupFailed) as failure:
            world.run(world.asked(request="r-1"), programs=programs)
        world.later()
        world.run(world.asked(request="r-2"))
    finally:
        logger.removeHandler(handler)

    table = world.table.client.scan(TableName=world.table.name)["Items"]
    objects = [(one.key, world.bucket.get(one.key, 10**7)) for one in world.bucket.keys("")]
    everything = repr([str(failure.value), seen_logs, table, objects, seen])
    assert seen_logs
    assert "is wrong" in str(failure.value)
    for secret in (PASSWORD, PASSWORD.replace("/", "%2F"), str(world.url)):
        assert secret not in everything


class _Kept(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(repr(record.__dict__))


def client_like(table: Table) -> Any:
    meta = table.client.meta
    return boto3.client(
        "dynamodb",
        endpoint_url=meta.endpoint_url,
        region_name=meta.region_name,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
