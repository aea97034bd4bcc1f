from caretaker.core.results import Severity, Status
from functions.cert_check.case import Case
from functions.cert_check.revocation.verdict import Verdict
from functions.cert_check.rules.revocations import revocation_unknown, revoked
from functions.cert_check.trust import Trust
from tests.authority import AT, DAY, Authority, endpoint

ROOT = Authority("Root")
LOWER = Authority("Lower", above=ROOT)
LEAF = LOWER.issue()
CASE = Case(endpoint(), [LEAF, LOWER.certificate], "TLSv1.3", Trust.of((), (ROOT.certificate,)), AT)
STOLEN = Verdict(LEAF.fingerprint, "revoked", AT, "keyCompromise", AT - DAY)


def test_a_revoked_certificate_is_as_bad_as_the_endpoint_is_important() -> None:
    (finding,) = revoked(CASE, [STOLEN])
    assert (finding.code, finding.severity, finding.status) == ("revoked", Severity.HIGH, Status.DOWN)
    assert finding.message == (
        "the certificate of app.example.com was revoked on 2026-11-20: its key is in the wrong hands"
    )
    assert "new key at once" in finding.fix
    assert finding.certificate == LEAF.named


def test_a_revocation_without_a_reason_and_a_date_is_one_all_the_same() -> None:
    (finding,) = revoked(CASE, [Verdict(LEAF.fingerprint, "revoked", AT)])
    assert finding.message == "the certificate of app.example.com was revoked: the CA gives no reason"


def test_a_revoked_intermediate_is_named_with_what_to_do_about_it() -> None:
    (finding,) = revoked(CASE, [Verdict(LOWER.certificate.fingerprint, "revoked", AT, "cACompromise")])
    assert finding.certificate == LOWER.certificate.named
    assert "another intermediate" in finding.fix


def test_what_nobody_can_find_out_is_never_an_alarm() -> None:
    (finding,) = revocation_unknown(
        CASE, [Verdict(LEAF.fingerprint, "unknown", AT, "http://crl.example.com: no connection")]
    )
    assert (finding.code, finding.severity, finding.status) == ("revocation-unknown", Severity.LOW, Status.OK)
    assert finding.message.endswith("could not be found out: http://crl.example.com: no connection")


def test_good_certificates_and_those_that_name_nobody_say_nothing() -> None:
    verdicts = [Verdict(LEAF.fingerprint, "good", AT), Verdict(LOWER.certificate.fingerprint, "unasked", AT)]
    assert [*revoked(CASE, verdicts), *revocation_unknown(CASE, verdicts)] == []


def test_certificates_that_no_path_needs_say_nothing() -> None:
    other = Authority("Elsewhere").issue()
    assert list(revoked(CASE, [Verdict(other.fingerprint, "revoked", AT)])) == []
