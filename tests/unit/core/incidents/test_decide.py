"""The invariants of incidents, over random histories, and the named cases."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.incidents.decide import decide, unwatch
from caretaker.core.incidents.notification import Event
from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.incidents.state import WINDOW, Phase, State
from caretaker.core.results import Severity, Status
from tests.histories import (
    DEFAULT,
    INTERVAL,
    START,
    Look,
    down,
    histories,
    looks,
    ok,
    play,
    policies,
    result,
    slow,
    told,
    unconfirmed,
    unknown,
    very_slow,
)


def test_an_outage_is_told_once_and_its_recovery_once() -> None:
    assert told([ok, down, down, down, ok, ok]) == [Event.OPENED, Event.RESOLVED]


def test_a_recovery_says_how_long_the_outage_lasted() -> None:
    recovery = play([ok, down, down, down, ok])[-1].notification
    assert recovery is not None
    assert recovery.to_json("production")["seconds"] == 15 * 60


def test_slowness_opens_when_two_of_the_last_three_runs_were_slow() -> None:
    assert told([slow, ok, ok, slow]) == []
    assert told([slow, ok, slow]) == [Event.OPENED]


def test_what_fails_every_other_run_alarms() -> None:
    assert told([down, ok, down], Policy(Confirm(2, 3), Confirm(2, 3), 1)) == [Event.OPENED]


def test_a_suspected_check_is_forgotten_when_its_bad_run_leaves_the_window() -> None:
    assert [decision.state.phase for decision in play([slow, ok, ok, ok])] == [
        Phase.SUSPECTED,
        Phase.SUSPECTED,
        Phase.SUSPECTED,
        Phase.OK,
    ]


def test_the_incident_starts_with_the_first_bad_run_that_counted() -> None:
    opened = play([ok, slow, ok, slow])[-1].state.incident
    assert opened is not None
    assert opened.since == START + INTERVAL


def test_a_look_that_could_not_be_repeated_opens_only_with_a_second_one() -> None:
    assert told([unconfirmed]) == []
    assert told([unconfirmed, unconfirmed]) == [Event.OPENED]
    assert told([unconfirmed, down]) == [Event.OPENED]


def test_an_outage_after_slowness_is_told_as_worsened_at_once() -> None:
    assert told([slow, slow, down]) == [Event.OPENED, Event.WORSENED]


def test_a_degradation_that_worsens_by_one_run_alone_is_not_told() -> None:
    assert told([slow, slow, very_slow, slow, slow]) == [Event.OPENED]
    assert told([slow, slow, very_slow, very_slow]) == [Event.OPENED, Event.WORSENED]


def test_an_improvement_is_told_when_it_has_lasted() -> None:
    assert told([down, slow, down, slow]) == [Event.OPENED]
    assert told([down, slow, slow, ok]) == [Event.OPENED, Event.IMPROVED, Event.RESOLVED]


def test_a_recovery_has_the_worst_severity_that_the_incident_had() -> None:
    recovery = play([down, slow, slow, ok])[-1].notification
    assert recovery is not None
    assert recovery.severity is Severity.CRITICAL


def test_unknown_changes_nothing_during_an_outage() -> None:
    assert told([down, unknown, unknown, down, ok]) == [Event.OPENED, Event.RESOLVED]


def test_a_recovery_that_could_not_be_repeated_waits_for_the_next_run() -> None:
    assert told([down, (Status.OK, None, False)]) == [Event.OPENED]
    assert told([down, (Status.OK, None, False), ok]) == [Event.OPENED, Event.RESOLVED]


def test_a_check_that_left_the_configuration_ends_its_incident() -> None:
    state = play([down])[-1].state
    ended = unwatch(state, START + INTERVAL)
    assert ended.notification is not None
    assert ended.notification.event is Event.UNWATCHED
    assert ended.state.incident is None
    assert not unwatch(ended.state, START + 2 * INTERVAL).changed


@given(histories, policies)
def test_opened_and_resolved_take_turns(history: list[Look], policy: Policy) -> None:
    ends = [event for event in told(history, policy) if event in (Event.OPENED, Event.RESOLVED)]
    assert ends == [Event.OPENED, Event.RESOLVED] * (len(ends) // 2) + [Event.OPENED] * (len(ends) % 2)


@given(histories, policies)
def test_an_incident_is_open_exactly_between_opened_and_resolved(history: list[Look], policy: Policy) -> None:
    is_open = False
    for decision in play(history, policy):
        if decision.notification:
            is_open = decision.notification.event is not Event.RESOLVED
        assert (decision.state.phase is Phase.OPEN) == is_open
        assert (decision.state.incident is not None) == is_open


@given(histories, policies)
def test_it_opens_as_soon_as_the_last_runs_say_so_and_never_before(history: list[Look], policy: Policy) -> None:
    counted: list[Look] = []
    is_open = False
    for look, decision in zip(history, play(history, policy), strict=True):
        if look[0] is Status.UNKNOWN:
            continue
        counted.append(look)
        event = decision.notification.event if decision.notification else None
        if not is_open:
            assert (event is Event.OPENED) == says_open(counted, policy)
        is_open = decision.state.incident is not None
        if event is Event.RESOLVED:
            counted = []


def says_open(counted: list[Look], policy: Policy) -> bool:
    """The rule again, from its sentence: M of the last N, and a lone unrepeated look is not enough."""
    last = counted[-1]
    if not last[0].is_bad:
        return False
    least = 1 if last[2] else 2
    downs = sum(look[0] is Status.DOWN for look in counted[-policy.confirm.of :])
    bads = sum(look[0].is_bad for look in counted[-policy.confirm_limits.of :])
    return (last[0] is Status.DOWN and downs >= max(least, policy.confirm.bad)) or bads >= max(
        least, policy.confirm_limits.bad
    )


@given(histories, policies, st.data())
def test_repeating_any_earlier_run_changes_nothing(history: list[Look], policy: Policy, data: st.DataObject) -> None:
    decisions = play(history, policy)
    changed = [index for index, decision in enumerate(decisions) if decision.changed]
    if not changed:
        return
    state = decisions[-1].state
    repeated = data.draw(st.sampled_from(changed))
    again = data.draw(looks)
    assert not decide(state, result(again, repeated), policy).changed


def test_a_run_recorded_far_in_the_future_does_not_make_a_check_blind() -> None:
    poisoned = play([ok, down], begin=State("uptime/api", last_run=START + timedelta(days=900)))
    assert [decision.notification is not None for decision in poisoned] == [False, True]


def test_a_clock_that_goes_back_a_little_changes_nothing() -> None:
    state = play([down] * 3)[-1].state
    assert not decide(state, result(ok, 1), DEFAULT).changed


@given(st.lists(st.just(ok), max_size=20), policies)
def test_a_healthy_check_writes_nothing(history: list[Look], policy: Policy) -> None:
    assert not any(decision.changed for decision in play(history, policy))


@given(histories, policies)
def test_enough_good_runs_close_every_incident(history: list[Look], policy: Policy) -> None:
    calm = play([*history, *[ok] * (policy.recover + WINDOW + 3)], policy)[-1].state
    assert calm.phase is Phase.OK
    assert calm.verdicts == ()


@given(histories, policies)
def test_the_stored_form_of_a_state_gives_the_state_back(history: list[Look], policy: Policy) -> None:
    for decision in play(history, policy):
        assert State.from_json(decision.state.to_json()) == decision.state


@given(histories, policies)
def test_identity_is_made_of_the_check_and_the_opening_run_alone(history: list[Look], policy: Policy) -> None:
    def incidents(summary: str) -> list[str]:
        state, ids = State("uptime/api"), []
        for run, look in enumerate(history):
            decision = decide(state, replace(result(look, run), summary=summary), policy)
            state = decision.state
            if decision.notification:
                ids.append(decision.notification.incident)
        return ids

    assert incidents("one text") == incidents("another text")


@given(histories, policies)
def test_every_message_of_an_incident_bears_its_identity(history: list[Look], policy: Policy) -> None:
    current = ""
    for decision in play(history, policy):
        if decision.notification is None:
            continue
        if decision.notification.event is Event.OPENED:
            current = decision.notification.incident
        assert decision.notification.incident == current
