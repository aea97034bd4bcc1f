"""YAML is read strictly, and remembers where everything stands."""

from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from caretaker.authoring import composing
from caretaker.authoring.composing import DEEPEST, Unreadable, compose
from caretaker.authoring.nodes import Plain, key_position, position


@pytest.fixture(params=[yaml.SafeLoader, composing._LOADER], ids=["python", "libyaml"], autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "_LOADER", request.param)


def plain(text: str) -> Plain:
    root, faults = compose(text)
    assert not faults
    assert root is not None
    return root.plain()


def faults(text: str) -> list[str]:
    _, found = compose(text)
    return [f"{fault.position.line}:{fault.position.column} {fault.message}" for fault in found]


def fatal(text: str) -> str:
    with pytest.raises(Unreadable) as caught:
        compose(text)
    fault = caught.value.fault
    return f"{fault.position.line}:{fault.position.column} {fault.message}. {fault.suggestion}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("off", "off"),
        ("null", None),
        ("~", None),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("2026-11-20", "2026-11-20"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("-7", -7),
        ("'7'", "7"),
        ("1.2.3", "1.2.3"),
        ("=", "="),
    ],
)
def test_words_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    found = plain(f"[{text}]")
    assert found == [value]
    assert isinstance(found, list)
    assert type(found[0]) is type(value)


def test_every_value_knows_its_line_and_column() -> None:
    root, _ = compose("a:\n  - b: 1\n    c: 2\n")
    assert root is not None
    where = position(root, ("a", 0, "c"))
    assert (where.line, where.column) == (3, 8)
    where = key_position(root, ("a", 0, "c"))
    assert (where.line, where.column) == (3, 5)


def test_the_second_of_two_equal_keys_names_the_line_of_the_first() -> None:
    assert faults("a: 1\nb: 2\na: 3\n") == ["3:1 'a' is already there, in line 1"]


def test_all_faults_are_found_at_once() -> None:
    found = faults("a: &x {b: 1}\nc: {<<: *x}\n1: 2\nd: !!python/name:os.system x\ne: .nan\nf: *nothing\n[1]: 2\n")
    assert [fault.partition(" ")[0] for fault in found] == ["2:5", "3:1", "4:4", "5:4", "6:4", "7:1"]


def test_an_alias_stands_for_its_anchor() -> None:
    assert plain("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}


def test_a_cycle_is_refused() -> None:
    assert "2:4 an alias refers to the very thing that it is in" in fatal("a: &x\n - *x\n")


def test_a_billion_laughs_are_refused_at_once() -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 25)]
    assert "more than 100,000 values" in fatal("\n".join(lines))


def test_deep_nesting_is_refused() -> None:
    assert f"deeper than {DEEPEST} levels" in fatal("[" * 100_000)


def test_nesting_by_aliases_is_refused() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 60)]
    assert "deeper than" in fatal("\n".join(lines))


def test_several_documents_are_refused() -> None:
    assert "2:1 a second document starts here" in fatal("a: 1\n---\nb: 2\n")


def test_a_tab_gets_its_advice() -> None:
    assert fatal("a:\n\tb: 1\n").startswith("2:1 this is not YAML")
    assert "not tabs" in fatal("a:\n\tb: 1\n")


def test_an_unclosed_quote_is_shown_where_it_opens() -> None:
    assert fatal('a: 1\nb: "x\nc: 2\n').startswith("2:4 ")


@pytest.mark.parametrize("text", ["a: *hunter2", "a: !hunter2 x", "a: !hunter2!x y", "a: &hunter2"])
def test_a_password_that_looks_like_yaml_is_not_repeated(text: str) -> None:
    try:
        said = str(compose(text)[1])
    except Unreadable as unreadable:
        said = str(unreadable.fault)
    assert "hunter2" not in said


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    text = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    with suppress(Unreadable):
        compose(text)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("ab:-# 1"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4),
    max_leaves=20,
)


@given(TREES)
def test_what_was_written_is_read_back(tree: Plain) -> None:
    assert plain(yaml.safe_dump([tree])) == [tree]
