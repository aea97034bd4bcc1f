"""A bucket in moto, over HTTP on loopback."""

from collections.abc import Iterator

import pytest

from caretaker.archive.objects import Bucket
from tests.buckets import ONCE, empty, made_bucket, s3_at


@pytest.fixture(scope="module")
def kept_bucket(moto_endpoint: str) -> Iterator[Bucket]:
    """A bucket for the tests of a module, one after the other."""
    with made_bucket(s3_at(moto_endpoint), "caretaker-backups") as made:
        yield made


@pytest.fixture
def bucket(kept_bucket: Bucket) -> Iterator[Bucket]:
    """An empty bucket, through a client of the test's own."""
    yield Bucket(s3_at(kept_bucket.client.meta.endpoint_url, ONCE), kept_bucket.name)
    empty(kept_bucket)
