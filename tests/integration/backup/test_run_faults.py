"""Whichever call fails in a run, there is a whole backup or none; and no secret shows anywhere."""

import logging
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from caretaker.archive.objects import Bucket
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger
from functions.backup.run import BackupFailed
from tests.clients import client_like
from tests.faults import Faults, every, throttled, unreachable
from tests.integration.backup.backing_up import World, forget, scripted
from tests.integration.backup.conftest import s3_client
from tests.postgres import PASSWORD


@every(3)
@pytest.mark.parametrize("after", [pytest.param(False, marks=pytest.mark.slow), True], ids=["before", "after"])
def test_wherever_s3_fails_there_is_a_whole_backup_or_none(world: World, after: bool, step: int) -> None:
    kept = world.run().manifest
    assert kept
    for position in count(0, step):
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


@every(5)
@pytest.mark.parametrize("after", [pytest.param(False, marks=pytest.mark.slow), True], ids=["before", "after"])
def test_wherever_dynamodb_fails_there_is_a_whole_backup_or_none(world: World, after: bool, step: int) -> None:
    kept = world.run().manifest
    assert kept
    for position in count(0, step):
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


def test_no_secret_is_in_logs_the_table_the_objects_or_arguments(world: World, tmp_path: Path) -> None:
    arguments = tmp_path / "arguments"
    says = f'echo "pg_dump: error: password {PASSWORD} of {world.url} is wrong" >&2; exit 1'
    script = f"tr '\\0' ' ' < /proc/$$/cmdline > {arguments}; \"$real\" \"$@\"; {says}"
    programs = scripted(world, tmp_path / "programs", script)
    seen_logs: list[str] = []
    handler = _Kept(seen_logs)
    logger.addHandler(handler)
    try:
        with pytest.raises(BackupFailed) as failure:
            world.run(world.asked(request="r-1"), programs=programs)
        world.later()
        world.run(world.asked(request="r-2"))
    finally:
        logging.getLogger(logger.service).removeHandler(handler)

    table = world.table.client.scan(TableName=world.table.name)["Items"]
    objects = [(one.key, world.bucket.get(one.key, 10**7)) for one in world.bucket.keys("")]
    everything = repr([str(failure.value), seen_logs, table, objects, arguments.read_text()])
    assert seen_logs
    assert "--snapshot=" in arguments.read_text()
    assert "is wrong" in str(failure.value)
    for secret in (PASSWORD, PASSWORD.replace("/", "%2F"), str(world.url)):
        assert secret not in everything


class _Kept(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(repr(record.__dict__))
