"""A large bucket: how many calls a cleanup takes. Its S3 answers from a list: moto takes minutes for so many."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from caretaker.archive.identity import BackupId
from caretaker.archive.objects import Bucket
from functions.cleanup.clearing import Cleared, clear
from functions.cleanup.survey import survey
from tests.buckets import ONCE, s3_at
from tests.faults import Faults
from tests.integration.cleanup.cleaning_up import BUCKET

BEGAN = datetime(2026, 11, 21, tzinfo=UTC)
_ANSWERED = SimpleNamespace(status_code=200)


class Large:
    """A bucket with many objects, and the calls that were made to it."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = sorted(keys)
        client = s3_at("http://127.0.0.1:9", ONCE)  # nobody listens there
        self.bucket = Bucket(client, BUCKET)
        faults = Faults()
        faults.watch(client)
        self.calls = faults.calls
        answers = {"ListObjectsV2": self._listed, "DeleteObjects": self._deleted}
        for call in ("ListObjectsV2", "DeleteObjects", "ListObjectVersions", "ListMultipartUploads"):
            client.meta.events.register_last(f"before-call.s3.{call}", answers.get(call, self._nothing))

    def clean(self) -> Cleared:
        """Clean up three days after it was all written."""
        return clear(self.bucket, survey(self.bucket), [], lambda _: False, BEGAN + timedelta(days=3))

    def _listed(self, params: Any, **_: object) -> Any:
        begin = bisect_right(self.keys, params["query_string"].get("continuation-token", ""))
        part = self.keys[begin : begin + 1000]
        more = begin + 1000 < len(self.keys)
        contents = [{"Key": key, "Size": 10, "LastModified": BEGAN} for key in part]
        return self._said(Contents=contents, IsTruncated=more, **({"NextContinuationToken": part[-1]} if more else {}))

    def _deleted(self, params: Any, **_: object) -> Any:
        gone = set(re.findall(r"<Key>([^<]*)</Key>", params["body"].decode()))
        assert len(gone) <= 1000
        self.keys = [key for key in self.keys if key not in gone]
        return self._said()

    def _nothing(self, **_: object) -> Any:
        return self._said(IsTruncated=False)

    def _said(self, **answer: object) -> Any:
        return _ANSWERED, {"ResponseMetadata": {"HTTPHeaders": {}, "HTTPStatusCode": 200}, **answer}


def test_three_thousand_objects_take_three_lists_and_three_calls_to_delete() -> None:
    backup = BackupId("main", "daily", BEGAN)
    large = Large(backup.key(f"part-{number}") for number in range(3_000))

    cleared = large.clean()

    assert large.keys == []
    assert (len(cleared.objects.done), cleared.objects.bytes) == (3_000, 30_000)
    assert large.calls.count("ListObjectsV2") == 3
    assert large.calls.count("DeleteObjects") == 3
    assert len(large.calls) == 8, "and one for the versions of a manifest, one for uploads"


def test_fifty_thousand_foreign_objects_are_listed_once_and_left_alone() -> None:
    large = Large(f"backups/theirs/{number:05}/database.dump.zst" for number in range(50_000))

    cleared = large.clean()

    assert (len(large.keys), cleared.objects.done) == (50_000, ())
    assert sorted(large.calls) == ["ListMultipartUploads", *["ListObjectsV2"] * 50]
    assert survey(large.bucket).foreign == 50_000
