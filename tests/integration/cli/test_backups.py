"""The list of backups: each in one piece, with its proof and whether somebody holds it."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from subprocess import CompletedProcess

import pytest

from caretaker.archive import proof_file
from caretaker.archive.hold import hold
from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest_file import encode
from caretaker.archive.objects import Bucket
from tests.backups import AT, manifest
from tests.buckets import made_bucket, s3_at
from tests.forks import ROOT, forked
from tests.proofs import proof

HELD, DRILLED = manifest(AT, database="customers"), manifest(AT + timedelta(days=1), rows=1_234_567)


@pytest.fixture(scope="module")
def bucket(moto_endpoint: str) -> Iterator[Bucket]:
    with made_bucket(s3_at(moto_endpoint), "backups-to-list") as made:
        for one in (HELD, DRILLED):
            made.put(one.id.key(MANIFEST), encode(one), if_absent=True, content_type="application/json")
        hold(made, HELD.id, "for the audit", AT)
        record, key = proof(DRILLED.id, "restored", "rows-differ"), proof_file.proof_key(DRILLED.id, AT)
        made.put(key, proof_file.encode(record), if_absent=True, content_type="application/json")
        yield made


def caretaker(bucket: Bucket, *arguments: str) -> CompletedProcess[str]:
    where = ("--bucket", bucket.name, "--endpoint-url", str(bucket.client.meta.endpoint_url))
    return forked([*arguments, *where], os.environ | {"COLUMNS": "80"}, ROOT)


def test_no_identifier_is_broken_and_what_is_held_or_bad_is_seen(bucket: Bucket) -> None:
    lines = [line.split() for line in caretaker(bucket, "backups").stdout.splitlines()]

    assert [(line[0], line[1], line[-1]) for line in lines if line[0].startswith("2026")] == [
        (DRILLED.id.text, "main", "FAILED"),
        (HELD.id.text, "customers", "none"),
    ]
    assert lines[-1] == ["held"], "below the last of them"


def test_programs_learn_the_same(bucket: Bucket) -> None:
    listed = json.loads(caretaker(bucket, "backups", "--json").stdout)["backups"]

    assert [(one["id"], one["held"], one["proof"]) for one in listed] == [
        (DRILLED.id.text, False, {"reached": "restored", "good": False, "noted": ["rows-differ"]}),
        (HELD.id.text, True, None),
    ]


def test_what_was_not_deleted_cannot_be_had_back(bucket: Bucket) -> None:
    refused = caretaker(bucket, "undelete", HELD.id.text)

    assert refused.returncode == 2
    said = f"there is no deleted backup {HELD.id.text}; caretaker backups --expired lists what there is"
    assert said in " ".join(refused.stderr.split())
