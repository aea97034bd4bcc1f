"""A versioned bucket, and a world around it."""

from collections.abc import Iterator

import pytest

from caretaker.core.store.table import Table
from tests.buckets import ONCE, made_bucket, s3_at
from tests.integration.cleanup.cleaning_up import BUCKET, World


@pytest.fixture
def world(table: Table, moto_endpoint: str) -> Iterator[World]:
    """An empty bucket, as template.yaml makes it."""
    client = s3_at(moto_endpoint, ONCE)
    with made_bucket(client, BUCKET):
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield World(table, moto_endpoint)
