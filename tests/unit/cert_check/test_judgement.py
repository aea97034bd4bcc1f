"""Every server of the zoo is judged as it is: exactly the codes that it should have, with their severities."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bench.certs.exhibits import exhibits
from bench.certs.exhibits.exhibit import Exhibit, Family
from caretaker.core.results import Finding, Severity
from functions.cert_check.case import Case
from functions.cert_check.certificate import Certificate, read
from functions.cert_check.judgement import judge
from functions.cert_check.trust import trust
from tests.samples import certificate_target

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
ZOO = list(exhibits(Family(AT)))


def case(exhibit: Exhibit, at: datetime, **changes: Any) -> Case:
    """Return what is judged of an exhibit after one handshake, its files fetched."""
    chain = [read(der, position) for position, der in enumerate(exhibit.chain)]
    fetched: list[Certificate] = [read(der) for der in exhibit.files.values()]
    target = certificate_target(exhibit.host, **changes)
    return Case(target, chain, exhibit.protocols[1], trust(exhibit.ca), at, fetched)


def codes(findings: list[Finding]) -> dict[str, Severity]:
    """Return the worst severity of each code."""
    found: dict[str, Severity] = {}
    for finding in findings:
        worst = max(finding.severity, found.get(finding.code, finding.severity), key=lambda severity: severity.rank)
        found[finding.code] = worst
    return found


@pytest.mark.parametrize("exhibit", ZOO, ids=lambda exhibit: exhibit.name)
def test_an_exhibit_is_judged_as_it_is(exhibit: Exhibit) -> None:
    findings = list(judge(case(exhibit, AT)))
    assert codes(findings) == exhibit.expected, [f"{finding.code}: {finding.message}" for finding in findings]


@pytest.mark.parametrize("at", [datetime(2028, 6, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)])
def test_the_zoo_is_judged_as_it_is_in_years_to_come(at: datetime) -> None:
    wrong = {
        exhibit.name: found
        for exhibit in exhibits(Family(at))
        if (found := codes(list(judge(case(exhibit, at))))) != exhibit.expected
    }
    assert wrong == {}
