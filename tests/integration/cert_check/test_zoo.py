"""The zoo, alive: one full look at each server finds exactly what is wrong with it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest

from bench.certs.exhibits import exhibits as all_exhibits
from bench.certs.exhibits.exhibit import OWN, Exhibit, Family
from bench.certs.figures import as_said, by_code, defects, false_alarms, outcomes
from bench.certs.ours import look
from bench.certs.peers import python_ssl
from bench.certs.pkits import path_tests
from bench.certs.zoo import everything, zoo
from caretaker.core.results import Severity

AT = datetime.now(UTC).replace(microsecond=0)  # Python's ssl knows no other time than the present


def one_of_each(exhibits: Iterable[Exhibit]) -> Iterable[Exhibit]:
    """Return an exhibit of each defect, of those that come together, and of health."""
    return {frozenset((*exhibit.expected, *exhibit.over_network)): exhibit for exhibit in exhibits}.values()


@pytest.mark.parametrize("chosen", [one_of_each, pytest.param(everything, marks=pytest.mark.slow)])
def test_every_server_is_looked_at_as_it_is_and_python_alone_misses_much(
    chosen: Callable[[Iterable[Exhibit]], Iterable[Exhibit]],
) -> None:
    with zoo(AT, chosen) as served:
        found = look(served, AT)
        said = python_ssl.ask(served)
    exhibits = [one.exhibit for one in served]
    assert {exhibit.name: found[exhibit.name] for exhibit in exhibits} == {
        exhibit.name: defects(exhibit) for exhibit in exhibits
    }
    assert all((figures.recall, figures.precision) == (1, 1) for figures in by_code(exhibits, found).values())
    assert false_alarms(exhibits, [as_said(found[exhibit.name]) for exhibit in exhibits]) == 0
    by_python = outcomes(exhibits, said)
    assert by_python["expired"]["missed"] == 0
    assert by_python["revoked"]["missed"] == by_python["revoked"].total() > 0


def test_the_figures_fall_when_a_defect_is_kept_silent_or_made_up() -> None:
    exhibits = list(all_exhibits(Family(AT)))
    right = {exhibit.name: defects(exhibit) for exhibit in exhibits}
    expired = next(exhibit for exhibit in exhibits if "expired" in exhibit.expected)
    healthy = next(exhibit for exhibit in exhibits if not defects(exhibit))
    silent = by_code(exhibits, right | {expired.name: {}})["expired"]
    assert silent.recall < 1 == silent.precision
    invented = by_code(exhibits, right | {healthy.name: {"expired": OWN}})["expired"]
    assert invented.precision < 1 == invented.recall
    too_mild = by_code(exhibits, right | {expired.name: {"expired": Severity.LOW}})["expired"]
    assert too_mild.recall < 1
    alarms = [as_said({"expired": OWN} if exhibit is healthy else right[exhibit.name]) for exhibit in exhibits]
    assert false_alarms(exhibits, alarms) == 1


def test_the_paths_of_nists_suite_are_judged_as_the_suite_says() -> None:
    tests = list(path_tests())
    assert {test.name: test.refused for test in tests if not test.agrees("Caretaker")} == {}
    assert {test.name: test.refused for test in tests if not test.agrees("OpenSSL")} == {}
    assert [test.name for test in tests if not test.is_valid and "cryptography" not in test.refused] == []
    assert len(tests) > 80
