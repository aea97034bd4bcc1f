"""What can be broken: ``weak-key``, ``weak-signature``, ``no-modern-protocol``."""

from collections.abc import Iterator

from caretaker.core.results import Finding, Severity
from functions.cert_check import strength
from functions.cert_check.case import Case

_MODERN = frozenset({"TLSv1.2", "TLSv1.3"})


def weak_key(case: Case) -> Iterator[Finding]:
    """A key can be broken."""
    # Of roots, only an own CA's can be issued again.
    for certificate in case.needed if case.is_public else case.path.certificates:
        found = strength.weak_key(certificate)
        if found:
            has, wanted = found
            yield case.finding(
                "weak-key",
                f"the key of {certificate.shown} is weak: {has}",
                f"Issue the certificate again with a new key, at least {wanted}.",
                certificate,
                severity=Severity.MEDIUM,
                measured=has,
                limit=wanted,
            )


def weak_signature(case: Case) -> Iterator[Finding]:
    """A signature can be forged."""
    for certificate in case.needed:
        broken = strength.weak_signature(certificate)
        if broken and not certificate.is_self_signed:  # a signature of one's own proves nothing
            yield case.finding(
                "weak-signature",
                f"{certificate} is signed with {broken}, which can be forged",
                "Have it issued again with SHA-256.",
                certificate,
                severity=Severity.MEDIUM,
                measured=broken,
                limit="SHA-256",
            )


def no_modern_protocol(case: Case) -> Iterator[Finding]:
    """The server speaks neither TLS 1.2 nor 1.3."""
    if case.protocol not in _MODERN:
        yield case.finding(
            "no-modern-protocol",
            f"the best that {case.target.endpoint} speaks is {case.protocol}, which clients refuse",
            "Switch TLS 1.2 and 1.3 on: ssl_protocols TLSv1.2 TLSv1.3; in nginx.",
            measured=case.protocol,
            limit="TLSv1.2",
        )
