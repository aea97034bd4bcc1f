"""A certificate's life from its issue to its end: each threshold is told once, and a renewal in time is never told."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from caretaker.core.store.table import Table
from tests.authority import AT, DAY, SIGNS, Authority
from tests.integration.cert_check.running import play, told
from tests.integration.cert_check.seeing import ROOT, tls
from tests.presenting import Presenting, presenting
from tests.servers import Server, serve

HOUR = timedelta(hours=1)
RUN = timedelta(minutes=5)
ACME = Authority("R10", above=ROOT, usage=SIGNS, organization="Let's Encrypt")
BY_HAND = Authority("Lower", above=ROOT, usage=SIGNS)


def served(issuer: Authority, begin: datetime, lifetime: timedelta) -> Presenting:
    return presenting(issuer, sent=[issuer.certificate], begin=begin, end=begin + lifetime)


def around(*moments: datetime) -> Iterator[datetime]:
    """Yield the times of a run before each moment and of some runs from it on, in their order."""
    for moment in sorted(moments):
        yield from (moment + RUN * number for number in (-1, 0, 1, 2))


def life(table: Table, server: Server, end: datetime, *left: timedelta) -> list[tuple[timedelta, str]]:
    """Return what is told around the moments at which so much is left, and how much was left then."""
    found = []
    for at in around(*(end - time for time in left)):
        found += [(end - at, what) for what in told(play(table, at, tls(server.port)))]
    return found


@pytest.mark.parametrize(
    ("days", "medium", "high", "critical"),
    [
        (7, 42 * HOUR, 28 * HOUR, 24 * HOUR),
        pytest.param(47, 11.75 * DAY, 47 / 6 * DAY, 3 * DAY, marks=pytest.mark.slow),
        (90, 22.5 * DAY, 14 * DAY, 3 * DAY),
        pytest.param(398, 30 * DAY, 14 * DAY, 3 * DAY, marks=pytest.mark.slow),
    ],
)
def test_each_threshold_is_told_once(
    near: Table, days: int, medium: timedelta, high: timedelta, critical: timedelta
) -> None:
    with serve(served(BY_HAND, AT, days * DAY), reads=False) as server:
        end = AT + days * DAY
        found = life(near, server, end, medium, high, critical, timedelta(0))
    assert [what for _, what in found] == [
        "opened medium expiring",
        "worsened high expiring",
        "worsened critical expiring",
        "worsened critical expired",
    ]
    # It is below a threshold only when that has passed; what is degraded counts when two runs have said so.
    for (left, _), threshold in zip(found, (medium, high, critical, timedelta(0)), strict=True):
        assert threshold - 3 * RUN < left < threshold


@pytest.mark.parametrize(
    ("days", "point"),
    [
        (7, 3.5 * DAY - 8.4 * HOUR),
        pytest.param(47, 47 / 3 * DAY - 2 * DAY, marks=pytest.mark.slow),
        (90, 28 * DAY),
    ],
)
def test_a_program_that_did_not_renew_is_told_long_before_the_end(near: Table, days: int, point: timedelta) -> None:
    with serve(served(ACME, AT, days * DAY), reads=False) as server:
        end = AT + days * DAY
        found = life(near, server, end, days * DAY / 2 - HOUR, point, point - HOUR, days * DAY / 4)
    assert [what for _, what in found] == [
        "opened medium renewal-overdue",
        "worsened medium expiring,renewal-overdue",
    ]
    assert point - 3 * RUN < found[0][0] < point


@pytest.mark.parametrize(
    ("issuer", "days", "every"),
    [
        (ACME, 7, 3.5 * DAY),
        pytest.param(BY_HAND, 7, 3.5 * DAY, marks=pytest.mark.slow),
        (BY_HAND, 47, 31 * DAY),
        pytest.param(ACME, 90, 60 * DAY, marks=pytest.mark.slow),
    ],
    ids=["7 days", "7 days by hand", "47 days by hand", "90 days"],
)
def test_an_ordinary_renewal_is_never_told(near: Table, issuer: Authority, days: int, every: timedelta) -> None:
    said, begin = [], AT
    for _ in range(3):
        with serve(served(issuer, begin, days * DAY), reads=False) as server:
            target = tls(server.port)
            for at in (begin, begin + RUN, begin + every / 2, begin + every - RUN):
                said += told(play(near, at, target))
        begin += every
    assert said == []


def test_a_renewal_ends_it_and_both_dates_are_said(near: Table) -> None:
    endpoint = served(BY_HAND, AT, 90 * DAY)
    with serve(endpoint, reads=False) as server:
        life(near, server, AT + 90 * DAY, 22 * DAY)
        renewed = served(BY_HAND, AT + 69 * DAY, 90 * DAY)
        endpoint.chain, endpoint.key = renewed.chain, renewed.key
        ran = play(near, AT + 69 * DAY + HOUR, tls(server.port))
    (told_of,) = ran.told
    assert told_of.event == "resolved"
    assert told_of.note == "The certificate until 2027-02-19 was replaced by one until 2027-04-29."


def test_a_habit_of_renewing_late_is_learned(near: Table) -> None:
    first = served(ACME, AT, 90 * DAY)
    with serve(first, reads=False) as server:
        target = tls(server.port)
        play(near, AT, target)
        late = AT + 67 * DAY  # with 23 days left, five days after what is usual
        second = served(ACME, late, 90 * DAY)
        first.chain, first.key = second.chain, second.key
        play(near, late, target)
        found = life(near, server, late + 90 * DAY, 28 * DAY - HOUR, 24 * DAY, 21 * DAY)
    assert [what for _, what in found] == ["opened medium expiring", "worsened medium expiring,renewal-overdue"]
    assert 21 * DAY - 3 * RUN < found[1][0] < 21 * DAY


def test_a_certificate_by_hand_is_overdue_only_by_its_own_thresholds(near: Table) -> None:
    with serve(served(BY_HAND, AT, 90 * DAY), reads=False) as server:
        assert life(near, server, AT + 90 * DAY, 28 * DAY - HOUR, 23 * DAY) == []
