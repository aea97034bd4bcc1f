"""A versioned bucket, and a world around it."""

from collections.abc import Iterator

import pytest

from caretaker.archive.objects import Bucket
from caretaker.core.store.table import Table
from tests.buckets import empty, made_bucket, s3_at
from tests.integration.cleanup.cleaning_up import BUCKET, World


@pytest.fixture(scope="module")
def versioned(moto_endpoint: str) -> Iterator[Bucket]:
    """A bucket as template.yaml makes it, for the tests of a module, one after the other."""
    client = s3_at(moto_endpoint)
    with made_bucket(client, BUCKET) as made:
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield made


@pytest.fixture
def world(table: Table, versioned: Bucket, moto_endpoint: str) -> Iterator[World]:
    """A world whose bucket is empty."""
    yield World(table, moto_endpoint)
    empty(versioned)
