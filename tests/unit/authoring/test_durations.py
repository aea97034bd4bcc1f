from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.values.durations import parse_duration, render_duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("5m", 300), ("24h", 86400), ("30d", 2592000), ("0.5s", 0.5)]
)
def test_durations_are_seconds(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "s", "5", "-5s", "5 s", "5x", "five", "5S", "1e3s", "٣s", "5s\n", "inf", "1h30m", "9" * 99 + "s"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Unfit, match="is not a duration"):
        parse_duration(text)


def test_a_bare_number_is_asked_for_its_unit() -> None:
    with pytest.raises(Unfit, match="Write 10s if seconds are meant"):
        parse_duration(10)


def test_milliseconds_are_proposed_as_seconds() -> None:
    with pytest.raises(Unfit, match=r"Write 0\.5s"):
        parse_duration("500ms")


@pytest.mark.parametrize("value", [True, None, [], {}])
def test_other_kinds_of_values_are_refused(value: object) -> None:
    with pytest.raises(Unfit, match="a duration is needed"):
        parse_duration(value)


@given(st.integers(1, 10**8), st.sampled_from("smhd"))
def test_every_duration_survives_being_rendered(count: int, unit: str) -> None:
    seconds = parse_duration(f"{count}{unit}")
    assert parse_duration(render_duration(seconds)) == seconds


@given(st.text())
def test_any_other_text_is_refused_in_a_sentence(text: str) -> None:
    with suppress(Unfit):
        assert parse_duration(text) >= 0
