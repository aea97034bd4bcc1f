"""What was deleted and can be had back is listed for programs by the true time of its snapshot."""

import json
from datetime import timedelta

import pytest

from caretaker.archive.expired import Expired
from caretaker.cli.expired import print_expired
from tests.backups import AT, manifest


def test_a_servers_clock_that_is_wrong_makes_none_older(capsys: pytest.CaptureFixture[str]) -> None:
    made = manifest(dumped_at=AT - timedelta(days=400))
    gone, now = Expired(made, AT + timedelta(days=40)), made.began_at + timedelta(days=41)

    print_expired([gone], now, as_json=True)
    [listed] = json.loads(capsys.readouterr().out)["expired"]
    print_expired([gone], now, as_json=False)

    assert (listed["as_of"], listed["deleted_at"]) == ("2026-11-20T02:00:01Z", "2026-12-30T02:00:00Z")
    assert " 41 d " in capsys.readouterr().out
