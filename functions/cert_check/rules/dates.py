"""The dates: ``expired``, ``not-yet-valid``, ``expiring``, ``chain-expiring``, ``validity-too-long``."""

from collections.abc import Iterator

from caretaker.core.results import Finding, Severity
from functions.cert_check import expiry, validity
from functions.cert_check.case import Case
from functions.cert_check.wording import RELOAD, day, span


def expired(case: Case) -> Iterator[Finding]:
    """The certificate has come to its end."""
    leaf = case.leaf
    if case.at > leaf.not_after:
        yield case.finding(
            "expired",
            f"{leaf} expired {span(case.at - leaf.not_after)} ago, on {day(leaf.not_after)}",
            f"Renew it now, {RELOAD}. If it was renewed already, only the reload is missing.",
            leaf,
            measured=day(leaf.not_after),
            limit=day(case.at),
        )


def not_yet_valid(case: Case) -> Iterator[Finding]:
    """The certificate's time has not begun."""
    leaf = case.leaf
    if case.at < leaf.not_before:
        yield case.finding(
            "not-yet-valid",
            f"{leaf} is valid only from {leaf.not_before:%Y-%m-%d %H:%M} UTC on, in {span(leaf.not_before - case.at)}",
            "Serve the one before until then; look at the clock of the machine that issued it.",
            leaf,
            measured=day(leaf.not_before),
            limit=day(case.at),
        )


def expiring(case: Case) -> Iterator[Finding]:
    """The certificate comes to its end soon."""
    leaf = case.leaf
    thresholds = case.target.expiring or expiry.automatic(leaf.lifetime)
    left = (leaf.not_after - case.at).total_seconds()
    found = expiry.urgency(left, thresholds) if left >= 0 else None
    if found:
        severity, below = found
        yield case.finding(
            "expiring",
            f"{leaf} expires in {span(leaf.not_after - case.at)}, on {day(leaf.not_after)}",
            f"Renew it, {RELOAD}; if that should happen by itself, look at why the ACME client did not.",
            leaf,
            severity=severity,
            measured=span(leaf.not_after - case.at),
            limit=span(below),
        )


def chain_expiring(case: Case) -> Iterator[Finding]:
    """A certificate that the server's own needs comes to its end soon, and before it."""
    if not case.path.trusted or case.flaws:
        return
    for issuer in case.path.issuers:
        left = (issuer.not_after - case.at).total_seconds()
        found = expiry.urgency(left, case.target.expiring or expiry.automatic(issuer.lifetime))
        if found and issuer.not_after < case.leaf.not_after:
            severity, below = found
            yield case.finding(
                "chain-expiring",
                f"{issuer} expires in {span(issuer.not_after - case.at)}, before that of {case.leaf.shown} does",
                f"Get the newer one from your CA, {RELOAD}.",
                issuer,
                severity=severity,
                measured=span(issuer.not_after - case.at),
                limit=span(below),
            )


def validity_too_long(case: Case) -> Iterator[Finding]:
    """The certificate is valid for longer than clients accept."""
    leaf = case.leaf
    allowed = validity.limit(leaf.not_before)
    lasts = validity.days(leaf.not_before, leaf.not_after, is_public=case.is_public)
    if allowed is None or lasts <= allowed or leaf.is_self_signed:
        return
    binding = case.is_public or lasts > validity.APPLE
    rule = "one issued then may be for" if case.is_public else "the limit of public CAs, which binds yours not, is"
    yield case.finding(
        "validity-too-long",
        f"{leaf} is valid for {validity.shown(lasts)}; {rule} {allowed} days",
        f"Have it issued for at most {allowed} days, and renewed by a program.",
        leaf,
        severity=Severity.MEDIUM if binding else Severity.LOW,
        measured=validity.shown(lasts),
        limit=f"{allowed} days",
    )
