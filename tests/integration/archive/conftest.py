"""A bucket in moto, over HTTP on loopback."""

from collections.abc import Iterator

import pytest

from caretaker.archive.objects import Bucket
from tests.buckets import ONCE, made_bucket, s3_at


@pytest.fixture
def bucket(moto_endpoint: str) -> Iterator[Bucket]:
    """An empty bucket."""
    with made_bucket(s3_at(moto_endpoint, ONCE), "caretaker-backups") as made:
        yield made
