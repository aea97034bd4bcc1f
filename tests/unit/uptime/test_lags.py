"""How late something was noticed, from when the sockets were looked at."""

import pytest

from functions.uptime.lags import Lags


def looked(*looks: tuple[float, float]) -> Lags:
    lags = Lags()
    for before, after in looks:
        lags.looked(before, after)
    return lags


def test_what_a_wait_ended_with_was_noticed_at_once() -> None:
    lags = looked((0.0, 1.0), (1.1, 5.0))
    assert lags.of([5.0]) == 0
    assert lags.of([5.25]) == pytest.approx(0.25)


def test_what_was_ready_at_once_may_have_waited_since_the_look_before() -> None:
    assert looked((0.0, 1.0), (3.0, 3.0)).of([3.5]) == pytest.approx(2.5)


def test_only_the_waits_of_its_own_moments_count() -> None:
    lags = looked((0.0, 1.0), (3.0, 3.0), (3.0, 6.0), (8.0, 8.0))
    assert lags.of([6.0]) == 0
    assert lags.of([3.0, 8.0]) == pytest.approx(2.0 + 2.0)


def test_moments_of_one_step_count_once() -> None:
    assert looked((0.0, 1.0), (3.0, 3.0)).of([3.1, 3.2, 3.5]) == pytest.approx(2.5)


def test_nothing_was_late_before_the_first_look() -> None:
    assert looked().of([1.0]) == 0
    assert looked((2.0, 3.0)).of([1.0]) == 0
