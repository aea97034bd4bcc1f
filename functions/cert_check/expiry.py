"""How soon a certificate's end is said, and how urgently: by its lifetime, unless the configuration says it in days.

Sources: docs/certificates.md has the table; automated issuers renew when a third of the lifetime is left, or half of
it where that is below ten days (https://letsencrypt.org/docs/integration-guide/, https://acmeclients.com).
"""

from caretaker.core.results import Severity
from caretaker.core.targets.certificate import Thresholds

DAY = 86_400.0
_SHORT_LIVED = 10 * DAY
_AUTOMATED_AT_MOST = 100 * DAY  # lifetimes above are renewed at times of their issuer's own
_AUTOMATED = ("let's encrypt", "google trust services", "zerossl", "buypass", "ssl.com")
_GRACE = 2 * DAY


def automatic(lifetime: float) -> Thresholds:
    """Return below how many seconds left an end is medium, high and critical, for a lifetime in seconds."""
    # A day is what people need to act; but a lifetime of a few days must not be urgent for most of itself.
    least = min(DAY, lifetime / 4)
    return Thresholds(
        medium=max(least, min(lifetime / 4, 30 * DAY)),
        high=max(least, min(lifetime / 6, 14 * DAY)),
        critical=max(least, min(lifetime / 12, 3 * DAY)),
    )


def urgency(left: float, thresholds: Thresholds) -> tuple[Severity, float] | None:
    """Return the severity of an end so many seconds away, and the threshold it is below; None if it is above all."""
    levels = (
        (Severity.CRITICAL, thresholds.critical),
        (Severity.HIGH, thresholds.high),
        (Severity.MEDIUM, thresholds.medium),
    )
    return next(((severity, below) for severity, below in levels if below is not None and left < below), None)


def renewed_at(lifetime: float) -> float:
    """Return how many seconds before its end an automated issuer's certificate is renewed."""
    return lifetime / 2 if lifetime < _SHORT_LIVED else lifetime / 3


def overdue_below(lifetime: float, point: float) -> float:
    """Return with how many seconds left a renewal, due with ``point`` seconds left, is overdue."""
    return point - min(_GRACE, lifetime / 20)


def is_short(lifetime: float) -> bool:
    """Whether nobody renews certificates of this lifetime by hand."""
    return lifetime <= _AUTOMATED_AT_MOST


def is_automated(organization: str, lifetime: float) -> bool:
    """Whether certificates of this issuer and lifetime are renewed by programs, as a rule."""
    return is_short(lifetime) and organization.lower().startswith(_AUTOMATED)
