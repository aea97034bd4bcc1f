"""Sizes, statuses, counts of runs, patterns and paths."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.values.paths import check_path
from caretaker.authoring.values.patterns import check_pattern
from caretaker.authoring.values.quorums import parse_quorum
from caretaker.authoring.values.sizes import parse_size
from caretaker.authoring.values.statuses import parse_status


@pytest.mark.parametrize(("text", "size"), [("512kB", 512_000), ("1MB", 1_000_000), ("1B", 1), ("1.5kB", 1500)])
def test_sizes_are_bytes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("value", ["", "1", 5, "1KB", "1GB", "-1kB", "0B", "11MB", True, None])
def test_what_is_no_size_is_refused(value: object) -> None:
    with pytest.raises(Unfit):
        parse_size(value)


@pytest.mark.parametrize(("value", "status"), [(204, (204, 204)), ("200-299", (200, 299)), ("301", (301, 301))])
def test_statuses_are_ranges(value: object, status: tuple[int, int]) -> None:
    assert parse_status(value) == status


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("2xx", "Write 200-299"),
        ("299-200", "Write 200-299"),
        (99, "is not a status"),
        (600, "between 100 and 599"),
        (True, "needed"),
        ("ok", "Write 204"),
    ],
)
def test_what_is_no_status_is_refused_with_advice(value: object, advice: str) -> None:
    with pytest.raises(Unfit, match=advice):
        parse_status(value)


@given(st.integers(1, 12), st.integers(1, 12))
def test_m_of_n_runs_can_be_reached(bad: int, of: int) -> None:
    if bad <= of:
        assert parse_quorum(f"{bad} of {of}") == (bad, of)
    else:
        with pytest.raises(Unfit, match="can never be reached"):
            parse_quorum(f"{bad} of {of}")


@pytest.mark.parametrize("value", ["0 of 3", "2 of 13", "2/3", "two of three", 2, None])
def test_what_is_no_count_of_runs_is_refused(value: object) -> None:
    with pytest.raises(Unfit):
        parse_quorum(value)


def test_a_pattern_of_re2_is_taken_as_it_is() -> None:
    assert check_pattern(r"version \d+\.\d+") == r"version \d+\.\d+"


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        ("(?=a)b", "no lookaround"),
        ("(?<!a)b", "no lookaround"),
        (r"(a)\1", "no backreferences"),
        ("(a", "backslash"),
        ("", "matches everything"),
        ("a{5000}", "not understood"),
        ("a" * 1001, "longer than 1000"),
    ],
)
def test_a_pattern_that_re2_lacks_is_refused_with_advice(
    pattern: str, advice: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Unfit, match=advice):
        check_pattern(pattern)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("path", ["status", "services.database", "items[0].state", "length(items)", '"a-b".c', "@"])
def test_paths_of_jmespath_are_taken(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("", "is not a JMESPath"),
        ("a[", "jmespath.org"),
        ("services.data-base", """'services."data-base"'"""),
        ("lenght(items)", "Did you mean length"),
        ("a.lenght(items) | b", "Did you mean length"),
        ("(" * 290, "is not a JMESPath"),
        ("a." * 200, "longer than"),
    ],
)
def test_what_is_no_path_is_refused_with_advice(path: str, advice: str) -> None:
    with pytest.raises(Unfit, match=advice):
        check_path(path)


@given(st.text(max_size=40))
def test_no_text_breaks_paths_or_patterns(text: str) -> None:
    for check in (check_path, check_pattern):
        with suppress(Unfit):
            check(text)
