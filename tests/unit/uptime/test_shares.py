"""A run that is shared out is the same run."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.event import EventError, scheduled
from functions.uptime.shares import WHOLE, Share

names = st.lists(st.text("abcdefgh-0123", min_size=1, max_size=8), unique=True, max_size=40)


def targets(some: list[str], depends: dict[str, list[str]] | None = None) -> list[dict[str, Any]]:
    return [{"name": name, "depends_on": (depends or {}).get(name, [])} for name in some]


@given(names, st.integers(1, 9))
def test_every_target_is_in_exactly_one_share(some: list[str], of: int) -> None:
    parts = [Share(number, of).of_targets(targets(some)) for number in range(of)]
    assert sorted(one["name"] for part in parts for one in part) == sorted(some)


@given(names.filter(lambda some: len(some) > 3), st.integers(2, 9), st.data())
def test_what_depends_on_each_other_stays_together(some: list[str], of: int, data: st.DataObject) -> None:
    depends = {name: [data.draw(st.sampled_from(some[:index]))] for index, name in enumerate(some[1:4], 1)}
    for number in range(of):
        mine = {one["name"] for one in Share(number, of).of_targets(targets(some, depends))}
        assert all((name in mine) == (parent in mine) for name, parents in depends.items() for parent in parents)


@given(names, st.integers(1, 9), st.text("xyz", min_size=1))
def test_every_state_belongs_to_exactly_one_share(some: list[str], of: int, gone: str) -> None:
    everybodys = {f"uptime/{name}" for name in some}
    for check in [*everybodys, f"uptime/{gone}"]:
        owners = [
            number
            for number in range(of)
            if Share(number, of).has_state(
                check, {f"uptime/{one['name']}" for one in Share(number, of).of_targets(targets(some))}, everybodys
            )
        ]
        assert len(owners) == 1


def test_a_run_that_is_not_shared_out_is_everything() -> None:
    assert WHOLE.of_targets(targets(["a", "b"])) == targets(["a", "b"])
    assert WHOLE.checker == "checker/uptime"
    assert Share(2, 4).checker == "checker/uptime-2"


def test_an_event_may_name_its_share() -> None:
    event = scheduled({"scheduled_at": "2026-11-21T02:00:00Z", "share": 1, "of": 4})
    assert (event.share, event.of) == (1, 4)


@pytest.mark.parametrize("share", [{"share": 4, "of": 4}, {"share": -1, "of": 4}, {"share": "1", "of": 4}, {"of": 0}])
def test_a_share_that_is_none_is_refused(share: dict[str, object]) -> None:
    with pytest.raises(EventError, match="a share is"):
        scheduled({"scheduled_at": "2026-11-21T02:00:00Z", **share})
