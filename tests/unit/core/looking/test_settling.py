from datetime import UTC, datetime, timedelta

from caretaker.core.incidents.notification import Event
from caretaker.core.incidents.state import State
from caretaker.core.looking.settling import settle
from caretaker.core.results import Finding, Result, Severity, judge

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
CHECK = "backup/main"


def result(*codes: str, at: datetime = AT) -> Result:
    findings = [Finding(code, Severity.CRITICAL, f"{code} is said", "do it") for code in codes]
    return judge(CHECK, findings, observed_at=at, healthy="fine")


def open_incident() -> State:
    [decision] = settle([result("dump-failed")], {}, {CHECK}, at=AT).decisions
    assert decision.notification
    assert decision.notification.event is Event.OPENED
    return decision.state


def test_the_first_bad_result_opens_an_incident() -> None:
    assert open_incident().incident


def test_the_first_good_result_resolves_it_and_carries_the_note() -> None:
    later = AT + timedelta(hours=1)
    known = {CHECK: open_incident()}

    [decision] = settle([result(at=later)], known, {CHECK}, at=later, notes={CHECK: "A gap."}).decisions

    assert decision.notification
    assert (decision.notification.event, decision.notification.note) == (Event.RESOLVED, "A gap.")


def test_a_good_result_of_what_is_in_order_changes_nothing() -> None:
    assert [one.changed for one in settle([result()], {}, {CHECK}, at=AT).decisions] == [False]


def test_a_run_of_the_same_time_changes_nothing() -> None:
    [decision] = settle([result()], {CHECK: open_incident()}, {CHECK}, at=AT).decisions

    assert not decision.changed


def test_what_left_the_configuration_is_unwatched_also_when_nothing_is_left() -> None:
    later = AT + timedelta(hours=1)

    [decision] = settle([], {CHECK: open_incident()}, set(), at=later).decisions

    assert decision.notification
    assert (decision.notification.event, decision.notification.at) == (Event.UNWATCHED, later)


def test_what_is_watched_and_was_not_looked_at_stays_as_it_is() -> None:
    assert settle([], {CHECK: open_incident()}, {CHECK}, at=AT + timedelta(hours=1)).decisions == []


def test_a_newer_state_is_decided_again_with_the_same_result() -> None:
    came_to = settle([result("dump-failed")], {}, {CHECK}, at=AT)

    assert not came_to.again(open_incident()).changed
    assert came_to.again(State(CHECK)).changed
