"""What the CAs say of their certificates: ``revoked``, ``revocation-unknown``."""

from collections.abc import Iterator, Sequence

from caretaker.core.results import Finding, Severity
from functions.cert_check.case import Case
from functions.cert_check.certificate import Certificate
from functions.cert_check.revocation.verdict import Standing, Verdict
from functions.cert_check.wording import day

_REASONS = {
    "keyCompromise": "its key is in the wrong hands",
    "cACompromise": "the CA's key is in the wrong hands",
    "affiliationChanged": "its owner's affiliation changed",
    "superseded": "it was replaced by another one",
    "cessationOfOperation": "it is no longer to be used",
    "certificateHold": "it is on hold",
    "privilegeWithdrawn": "the right to it was withdrawn",
    "aACompromise": "the attribute authority's key is in the wrong hands",
}


def revoked(case: Case, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """The CA has revoked a certificate: clients that look will refuse it."""
    for certificate, verdict in _with(case, verdicts, "revoked"):
        reason = _REASONS.get(verdict.reason, "the CA gives no reason")
        when = f" on {day(verdict.revoked_at)}" if verdict.revoked_at else ""
        yield case.finding(
            "revoked",
            f"{certificate} was revoked{when}: {reason}",
            "Replace the certificate by one with a new key at once, and find out why your CA revoked it."
            if certificate == case.leaf
            else "Get a certificate from another intermediate of your CA at once, and serve it with its new chain.",
            certificate,
            measured=verdict.reason or "revoked",
        )


def revocation_unknown(case: Case, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """Nobody could be asked whether a certificate is revoked."""
    for certificate, verdict in _with(case, verdicts, "unknown"):
        yield case.finding(
            "revocation-unknown",
            f"whether {certificate} is revoked could not be found out: {verdict.reason}",
            "Nothing to do if it passes; if it stays, ask the CA why what its certificates point to cannot be used.",
            certificate,
            severity=Severity.LOW,
            measured=verdict.reason,
        )


def _with(case: Case, verdicts: Sequence[Verdict], standing: Standing) -> Iterator[tuple[Certificate, Verdict]]:
    for verdict in verdicts:
        certificate = next((one for one in case.needed if one.fingerprint == verdict.certificate), None)
        if certificate and verdict.standing == standing:
            yield certificate, verdict
