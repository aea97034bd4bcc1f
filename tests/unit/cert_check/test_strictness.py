"""Whom a refusal counts for: what all clients refuse is an alarm, what a single strict one refuses is good to know."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from bench.certs.exhibits.exhibit import HOST, Family
from caretaker.core.results import Finding, Severity
from functions.cert_check.judgement import judge
from functions.cert_check.trust import Trust, trust
from tests.certificates import Issued
from tests.unit.cert_check.cases import AT, case_of, codes

FAMILY = Family(AT)
ITSELF = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]))
ANY_POLICY = x509.PolicyInformation(x509.ObjectIdentifier("2.5.29.32.0"), None)


def findings(root: Issued, *chain: Issued, is_public: bool = True) -> list[Finding]:
    """Return what is found of a chain below a root that is public, or an own one."""
    own = trust(root.pem).own
    trusted = Trust.of(own, own=()) if is_public else Trust.of((), own)
    return list(judge(case_of([one.der for one in chain], trusted)))


def test_what_one_strict_judge_alone_refuses_of_a_public_ca_is_no_alarm() -> None:
    root = FAMILY.authority("Root", None, identifiers=False)
    middle = FAMILY.authority("Intermediate", root)
    (finding,) = findings(root, FAMILY.leaf(middle), middle)
    assert (finding.code, finding.severity) == ("bad-chain", Severity.LOW)
    assert "Missing Subject Key Identifier" in finding.message


def test_what_both_strict_judges_refuse_is_an_alarm_unless_the_ca_is_an_own_one() -> None:
    middle = FAMILY.authority("Intermediate", usage=None)
    chain = (FAMILY.leaf(middle), middle)
    assert codes(findings(FAMILY.root, *chain)) == {"bad-chain": Severity.HIGH}
    assert codes(findings(FAMILY.root, *chain, is_public=False)) == {"bad-chain": Severity.LOW}


@pytest.mark.parametrize(
    "extension",
    [
        x509.NameConstraints([ITSELF], None),
        x509.CertificatePolicies([ANY_POLICY]),
        x509.PolicyConstraints(0, None),
    ],
)
def test_what_cryptography_cannot_judge_is_no_objection(extension: x509.ExtensionType) -> None:
    middle = FAMILY.authority("Intermediate", more=((extension, True),))
    assert findings(FAMILY.root, FAMILY.leaf(middle), middle) == []


def test_a_constraint_that_openssl_alone_knows_is_named() -> None:
    middle = FAMILY.authority("Intermediate", more=((x509.NameConstraints(None, [ITSELF]), True),))
    (finding,) = findings(FAMILY.root, FAMILY.leaf(middle), middle)
    assert (finding.code, finding.severity) == ("name-constraint", Severity.HIGH)
    assert "excluded subtree violation" in finding.message


@pytest.mark.parametrize(
    ("days", "seconds", "of_public", "of_own"),
    [
        (200, -1, None, None),
        (200, 0, Severity.MEDIUM, None),
        (201, 0, Severity.MEDIUM, Severity.LOW),
        (825, 0, Severity.MEDIUM, Severity.LOW),
        (825, 1, Severity.MEDIUM, Severity.MEDIUM),
    ],
)
def test_a_second_more_than_the_limit_is_too_long_and_said(
    days: int, seconds: int, of_public: Severity | None, of_own: Severity | None
) -> None:
    begin = datetime(2026, 4, 1, tzinfo=UTC)  # 200 days are allowed
    root = FAMILY.authority("Root", None, begin=begin - timedelta(days=1))
    leaf = FAMILY.leaf(root, begin=begin, end=begin + timedelta(days=days, seconds=seconds))
    at = begin + timedelta(days=10)
    for is_public, expected in ((True, of_public), (False, of_own)):
        own = trust(root.pem).own
        trusted = Trust.of(own, own=()) if is_public else Trust.of((), own)
        found = [one for one in judge(case_of([leaf.der], trusted, at)) if one.code == "validity-too-long"]
        assert [one.severity for one in found] == ([expected] if expected else [])
        assert all(one.measured != one.limit for one in found)
