"""What the certificates before this one tell: ``renewal-overdue`` and ``unexpected-change``.

* Who renews by habit must be reminded of the habit only when it was missed.
* What has been replaced near its end must never be called unexpected, nor what is served beside another one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from caretaker.core.results import Finding, Severity
from functions.cert_check import expiry
from functions.cert_check.case import Case
from functions.cert_check.known import Known, Memory
from functions.cert_check.wording import RELOAD, day, span

_NEWS_FOR = timedelta(hours=24)  # an unexpected change is said for a day; then it is how things are


def renewal_overdue(case: Case, memory: Memory) -> Iterator[Finding]:
    """The certificate should have been renewed some days ago, and was not, or the server was not reloaded."""
    leaf = case.leaf
    left = (leaf.not_after - case.at).total_seconds()
    point = _renewal_point(case, memory)
    if point is None or not 0 <= left < expiry.overdue_below(leaf.lifetime, point):
        return
    late = timedelta(seconds=point - left)
    yield case.finding(
        "renewal-overdue",
        f"{leaf} should have been renewed {span(late)} ago, as it always is; it expires on {day(leaf.not_after)}",
        f"Look at the log of the ACME client (certbot renew --dry-run); if it did, {RELOAD.removeprefix('and ')}.",
        leaf,
        severity=Severity.MEDIUM,
        measured=f"{span(left)} left",
        limit=f"{span(point)} left",
    )


def _renewal_point(case: Case, memory: Memory) -> float | None:
    """Return with how many seconds left the certificate is renewed, None if that is not known to be a habit."""
    lifetime = case.leaf.lifetime
    usual = expiry.renewed_at(lifetime)
    before = memory.before
    if before and memory.present and memory.present.fingerprint == case.leaf.fingerprint:
        share = before.left(memory.present.first_seen) / before.lifetime
        return min(share * lifetime, usual) if share > 0 and expiry.is_short(before.lifetime) else None
    return usual if expiry.is_automated(case.leaf.issuer_organization, lifetime) else None


def unexpected_change(case: Case, memory: Memory) -> Iterator[Finding]:
    """Another key or another issuer, long before the end of the certificate before."""
    present, before = memory.present, memory.before
    if not present or not before or not is_unexpected(present, before, case.at):
        return
    what = "issuer" if present.organization != before.organization else "key"
    yield case.finding(
        "unexpected-change",
        f"the {what} of {case.target.endpoint} changed on {day(present.first_seen)}, "
        f"{span(before.left(present.first_seen))} before the certificate before would have ended",
        "If nobody of you has replaced it, find out who has: somebody else may answer for this name.",
        case.leaf,
        severity=Severity.MEDIUM,
        measured=f"{what} {(present.organization if what == 'issuer' else present.key[:16]) or 'unknown'}",
        limit=f"{what} {(before.organization if what == 'issuer' else before.key[:16]) or 'unknown'}",
    )


def is_unexpected(present: Known, before: Known, at: datetime) -> bool:
    """Whether a certificate that took another one's place lately is no renewal."""
    if at - present.first_seen >= _NEWS_FOR:
        return False
    if before.last_seen is None or before.last_seen > present.first_seen:
        return False  # both were served at the same time
    if present.key == before.key and present.organization == before.organization:
        return False
    return before.left(present.first_seen) > before.lifetime / 2


def renewed(memory: Memory, since: datetime) -> str:
    """Return a sentence on the renewal that has taken place since then, empty if none has."""
    present, before = memory.present, memory.before
    if not present or not before or present.first_seen < since or present.not_after <= before.not_after:
        return ""
    return f"The certificate until {day(before.not_after)} was replaced by one until {day(present.not_after)}."
