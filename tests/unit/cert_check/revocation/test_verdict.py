import json
from datetime import timedelta

import pytest

from functions.cert_check.revocation.verdict import Verdict
from tests.authority import AT, DAY

GOOD = Verdict("f1", "good", AT, until=AT + 6 * DAY, source="http://crl.example.com/1.crl")
REVOKED = Verdict("f1", "revoked", AT, "keyCompromise", AT - DAY, AT + DAY, "http://ocsp.example.com")


@pytest.mark.parametrize(
    "verdict", [GOOD, REVOKED, Verdict("f1", "unknown", AT, "no answer"), Verdict("f1", "unasked", AT)]
)
def test_a_verdict_survives_the_table(verdict: Verdict) -> None:
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


def test_a_good_verdict_holds_until_its_end_and_is_fresh_for_a_day() -> None:
    assert GOOD.is_fresh(AT + DAY - timedelta(seconds=1))
    assert not GOOD.is_fresh(AT + DAY)
    assert GOOD.holds(AT + 6 * DAY)
    assert not GOOD.holds(AT + 6 * DAY + timedelta(seconds=1))


def test_what_is_revoked_stays_revoked() -> None:
    assert REVOKED.is_fresh(AT + 999 * DAY)


def test_what_is_on_hold_is_asked_about_again() -> None:
    held = Verdict("f1", "revoked", AT, "certificateHold", AT - DAY, AT + 6 * DAY)
    assert held.is_fresh(AT + DAY / 2)
    assert not held.is_fresh(AT + DAY)
    assert not held.holds(AT + 7 * DAY)
