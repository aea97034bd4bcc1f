"""Every server of the zoo is judged as it is: exactly the codes that it should have, with their severities."""

from datetime import UTC, datetime

import pytest

from bench.certs.exhibits import exhibits
from bench.certs.exhibits.exhibit import Family
from caretaker.core.codes import CODES
from functions.cert_check.judgement import judge
from functions.cert_check.trust import Trust, trust
from tests.unit.cert_check.cases import case, codes, zoo


def test_every_exhibit_is_judged_as_it_is() -> None:
    judged = [(exhibit, list(judge(case(exhibit)))) for exhibit in zoo()]
    wrong = {
        exhibit.name: [f"{finding.code}: {finding.message}" for finding in findings]
        for exhibit, findings in judged
        if codes(findings) != exhibit.expected
    }
    assert wrong == {}
    assert len(judged) > 190


@pytest.mark.parametrize(
    "at", [pytest.param(datetime(2028, 6, 1, tzinfo=UTC), marks=pytest.mark.slow), datetime(2031, 1, 1, tzinfo=UTC)]
)
def test_the_zoo_is_judged_as_it_is_in_years_to_come(at: datetime) -> None:
    wrong = {
        exhibit.name: found
        for exhibit in exhibits(Family(at))
        if (found := codes(judge(case(exhibit, at)))) != exhibit.expected
    }
    assert wrong == {}


def test_what_is_faultless_below_an_own_ca_is_so_below_a_public_one() -> None:
    found = {
        exhibit.name: codes(judge(case(exhibit, trusted=Trust.of(trust(exhibit.ca).own, own=()))))
        for exhibit in zoo()
        if not exhibit.expected
    }
    assert {name: said for name, said in found.items() if said} == {}
    assert len(found) > 50


def test_the_zoo_shows_every_code_that_one_handshake_can() -> None:
    shown = {code for exhibit in zoo() for code in exhibit.expected}
    elsewhere = {"revoked", "revocation-unknown", "renewal-overdue", "unexpected-change", "old-protocol"}
    unreached = {"unreachable", "starttls-refused", "handshake-failed"}
    names = list(CODES)
    of_certificates = set(names[names.index("unreachable") : names.index("revocation-unknown") + 1])
    assert of_certificates - elsewhere - unreached == shown


def test_a_finding_names_its_certificate_and_what_to_do() -> None:
    for exhibit in zoo():
        for finding in judge(case(exhibit)):
            assert finding.fix, finding
            assert finding.certificate or finding.code == "no-modern-protocol", finding
            assert len(finding.message) < 600, finding
