"""Durations are said as people say them."""

import pytest

from caretaker.core.durations import roughly, spoken


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (900, "15 min"),
        (7800, "2 h 10 min"),
        (7200, "2 h"),
        (273_600, "3 d 4 h"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds: int, said: str) -> None:
    assert spoken(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [(59, "59 s"), (7800, "2 h"), (273_600, "3 d")])
def test_in_a_narrow_column_the_largest_unit_is_enough(seconds: int, said: str) -> None:
    assert roughly(seconds) == said
