"""Dependencies between targets lead to targets, and never in a circle."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from caretaker.authoring.dependencies import wrong_dependencies
from caretaker.authoring.nodes import Plain
from tests.unit.authoring.finding import Mistakes

PLACE = ("uptime", "targets")
names = st.sampled_from("abcdef")
graphs = st.dictionaries(names, st.lists(names, max_size=3, unique=True), max_size=6)


def targets(depends: dict[str, list[str]]) -> Plain:
    return [{"name": name, "url": "http://x", "depends_on": [*parents]} for name, parents in depends.items()]


def written(*lines: str) -> str:
    return "\n".join(["environment: production", "uptime:", "  targets:", *(f"    - {line}" for line in lines)])


def test_a_dependency_on_nothing_is_explained_with_the_nearest_name(mistakes: Mistakes) -> None:
    (mistake,) = mistakes(
        written("{name: api, url: http://a, depends_on: [datbase]}", "{name: database, url: http://b}")
    )
    assert str(mistake).endswith(
        ":4:47: uptime.targets[api].depends_on[0]: there is no target 'datbase'. Did you mean database?"
    )


def test_a_circle_is_shown_once_with_all_that_is_in_it(mistakes: Mistakes) -> None:
    (mistake,) = mistakes(
        written(
            "{name: a, url: http://a, depends_on: [b]}",
            "{name: b, url: http://b, depends_on: [c]}",
            "{name: c, url: http://c, depends_on: [a]}",
        )
    )
    assert "in a circle: a needs b needs c needs a" in mistake.message


def test_what_depends_on_itself_is_a_circle(mistakes: Mistakes) -> None:
    (mistake,) = mistakes(written("{name: a, url: http://a, depends_on: [a]}"))
    assert "a needs a" in mistake.message


def test_a_diamond_is_no_circle(mistakes: Mistakes) -> None:
    assert not mistakes(
        written(
            "{name: top, url: http://a, depends_on: [left, right]}",
            "{name: left, url: http://b, depends_on: [bottom]}",
            "{name: right, url: http://c, depends_on: [bottom]}",
            "{name: bottom, url: http://d}",
        )
    )


@given(graphs)
def test_a_circle_is_found_exactly_where_there_is_one(depends: dict[str, list[str]]) -> None:
    known = {name: [parent for parent in parents if parent in depends] for name, parents in depends.items()}
    said = [objection.message for objection in wrong_dependencies(targets(known), PLACE)]
    assert bool(said) == has_circle(known)
    for message in said:
        shown = message.rpartition(": ")[2].split(" needs ")
        assert shown[0] == shown[-1]
        assert all(after in known[before] for before, after in pairwise(shown))


def has_circle(depends: dict[str, list[str]]) -> bool:
    """Whether taking away what needs nothing that is left ever stops early."""
    left = dict(depends)
    while free := [name for name, parents in left.items() if not set(parents) & set(left)]:
        for name in free:
            del left[name]
    return bool(left)
