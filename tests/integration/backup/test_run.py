"""A run makes a backup that is whole, once, and says what became of it."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from caretaker.archive.identity import DUMP, GLOBALS, HOWTO, MANIFEST, TABLES
from caretaker.core.results import Status
from caretaker.core.store import requests
from functions.backup.run import BackupFailed
from tests.integration.backup.backing_up import World, progress, runs
from tests.integration.backup.conftest import left
from tests.postgres import PostgresServer


def test_a_good_run_leaves_five_objects_and_the_manifest_is_the_last(world: World) -> None:
    put: list[str] = []
    events = world.bucket.client.meta.events
    events.register("provide-client-params.s3.PutObject", lambda params, **_: put.append(params["Key"]))

    made = world.run()

    assert made.manifest
    objects, uploads = left(world.bucket)
    names = (DUMP, GLOBALS, HOWTO, MANIFEST, TABLES)
    assert sorted(objects) == sorted(made.manifest.id.key(name) for name in names)
    assert put[-1] == made.manifest.id.key(MANIFEST)
    assert uploads == []
    assert world.backups() == (made.manifest,)


def test_a_good_run_is_in_the_history_and_tells_nobody(world: World) -> None:
    world.run()

    [run] = runs(world)
    assert [(row.name, row.status) for row in run.rows] == [("main", Status.OK)]
    assert world.told() == []
    assert world.state().last_run is None, "what is in order needs no state"
    assert world.is_free()


def test_the_same_event_again_is_silent(world: World) -> None:
    asked = world.asked()
    first = world.run(asked)
    world.later(1)

    again = world.run(asked)

    assert again.manifest is None
    assert "is there already" in again.silent
    assert world.backups() == (first.manifest,)
    assert len(runs(world)) == 1


def test_whoever_repeats_a_request_gets_its_receipt(world: World) -> None:
    asked = world.asked(request="r-1")
    made = world.run(asked)
    world.run(asked)

    assert made.manifest
    assert progress(world, "r-1").stage == "done"
    assert progress(world, "r-1").details["receipt"]["id"] == made.manifest.id.text


def test_the_event_that_is_being_worked_on_is_silent_when_it_comes_again(world: World) -> None:
    asked = world.asked(request="r-1")
    world.hold(f"the daily backup of {world.now:%Y-%m-%dT%H:%M:%SZ}, r-1", 600)

    assert world.run(asked).silent == "this event is being worked on"
    assert requests.look_up(world.table, "r-1") is None
    assert world.manifests() == []


def test_another_event_says_to_its_request_who_is_at_work(world: World) -> None:
    world.hold("the daily backup of yesterday", 600)

    made = world.run(world.asked(request="r-2"))

    assert "the daily backup of yesterday is under way" in made.silent
    assert progress(world, "r-2").stage == "failed"
    assert progress(world, "r-2").details["superseded"].startswith("the daily backup of yesterday is under way, until ")
    assert not world.is_free(), "the lease of the other"
    assert world.manifests() == []


def test_two_requests_of_the_same_second_are_not_taken_for_one(world: World) -> None:
    world.hold(f"the daily backup of {world.now:%Y-%m-%dT%H:%M:%SZ}, r-1", 600)

    world.run(world.asked(request="r-2"))

    assert progress(world, "r-2").stage == "failed"


def test_two_runs_at_once_make_one_backup(world: World) -> None:
    asked = world.asked()
    with ThreadPoolExecutor(2) as pool:
        made = [pool.submit(world.run, asked) for _ in range(2)]
        manifests = [one.result().manifest for one in made]

    assert sum(manifest is not None for manifest in manifests) == 1
    assert len(world.backups()) == 1
    assert world.is_free()


def test_a_run_that_was_killed_is_reported_by_the_next_one_which_resolves_it(world: World) -> None:
    world.hold("the daily backup of yesterday", 60)
    world.later()

    assert world.run().manifest

    assert world.events() == ["opened", "resolved"]
    opened, resolved = world.told()
    assert "the daily backup of yesterday ended without a word" in opened["summary"]
    assert "Before it, the daily backup of yesterday ended without a word." in resolved["note"]
    assert world.is_free()


def test_a_state_that_cannot_be_read_is_left_alone_and_the_backup_is_made(world: World) -> None:
    item = {"pk": {"S": "STATE#backup"}, "sk": {"S": "main"}, "schema": {"N": "9"}, "state": {"S": "{}"}}
    world.table.put(item)

    with pytest.raises(Exception, match="newer version of Caretaker"):
        world.run(world.asked(request="r-6"))

    assert len(world.backups()) == 1
    assert progress(world, "r-6").stage == "done"
    assert world.is_free()


def test_a_success_after_a_failure_resolves_it_and_says_the_gap(world: World, postgres_18: PostgresServer) -> None:
    good = world.url
    assert world.run().manifest
    world.later()
    world.url = postgres_18.url(database="nowhere")
    for _ in range(2):
        with pytest.raises(BackupFailed):
            world.run()
        world.later()
    world.url = good

    assert world.run().manifest

    assert world.events() == ["opened", "resolved"]
    assert re.search(r"There is no backup between \S+Z and this one\.", world.told()[1]["note"])
    assert len(world.backups()) == 2
