"""Whatever fails in a run, nothing is left that looks like a backup, and people are told why, once."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from caretaker.archive.identity import DUMP, MANIFEST, BackupId
from caretaker.archive.objects import Bucket
from caretaker.core.results import Status
from caretaker.core.secrets import SecretOutOfReach, SecretUnavailable
from functions.backup.run import BackupFailed
from tests.databases import run as query
from tests.integration.backup.backing_up import TWO_ATTEMPTS, World, scripted
from tests.integration.backup.conftest import s3_client
from tests.integration.backup.dumping import pg_dumps
from tests.postgres import PostgresServer
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
        (SecretUnavailable("there is no parameter /caretaker/production/backup/main: store it"), "no parameter"),
        ("mysql://root:pass-word@db/main", "cannot be used"),
        ("postgresql://main:pass-word@[db/main", "cannot be used"),
        ("", "cannot be used"),
    ],
)
def test_a_secret_that_is_missing_or_malformed_is_said_without_it(
    world: World, url: str | SecretUnavailable, said: str
) -> None:
    world.url = url

    told = fails(world, TWO_ATTEMPTS)

    assert codes(told) == ["unreachable"]
    assert said in told["summary"]
    assert "pass-word" not in repr(told)
    assert world.waited == [], "nobody puts a secret right in a minute"


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


def test_a_secret_that_could_not_be_asked_for_is_asked_for_again(world: World) -> None:
    good, world.url = world.url, SecretOutOfReach("it could not be read: ThrottlingException")

    def pass_by() -> None:
        world.url = good

    world.while_waiting = pass_by

    assert world.run(seconds=TWO_ATTEMPTS).manifest
    assert world.told() == []


def test_a_password_that_is_changed_during_the_run_is_had_from_the_secret_again(
    world: World, tmp_path: Path, postgres_18: PostgresServer
) -> None:
    name, database = "rotated", str(world.url).rpartition("/")[2]
    query(postgres_18, "postgres", f"create role {name} superuser login password 'the-old-one'")
    before, after = (postgres_18.url(name, database, password=password) for password in ("the-old-one", "the-new-one"))
    changing = f"alter role {name} password 'the-new-one'"
    world.url = before

    def rotate() -> None:
        world.url = after

    world.while_waiting = rotate

    def change(**_: object) -> None:
        query(postgres_18, "postgres", changing)  # sessions of before live on: pg_dump is the first to be refused

    world.bucket.client.meta.events.register("before-call.s3.CreateMultipartUpload", change)

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
            raise EndpointConnectionError(endpoint_url="https://s3.example")

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
