"""Servers whose certificates came too early, too late, or last too long."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.certs.exhibits.exhibit import OWN, SECOND, Exhibit, Family
from caretaker.core.results import Severity

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LOW, _MEDIUM, _HIGH, _CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL
# Hours left below which an end is medium, high and critical, for lifetimes in days, worked out by hand.
_THRESHOLDS = {7: (42, 28, 24), 47: (282, 188, 72), 90: (540, 336, 72), 398: (720, 336, 72)}
# The CA/Browser Forum's limits, in days.
_LIMITS = (
    (datetime(2029, 3, 15, tzinfo=UTC), 47),
    (datetime(2027, 3, 15, tzinfo=UTC), 100),
    (datetime(2026, 3, 15, tzinfo=UTC), 200),
)


def too_long(days: int, begin: datetime) -> dict[str, Severity]:
    """Return what is to be found of a private CA's certificate that would be too long for a public one."""
    limit = next((limit for since, limit in _LIMITS if begin >= since), 398)
    return {"validity-too-long": _MEDIUM if days > 825 else _LOW} if days > limit else {}


def dates(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of the server's own dates."""
    for ago, text in ((SECOND, "a second"), (_HOUR, "an hour"), (_DAY, "a day"), (400 * _DAY, "400 days")):
        leaf = family.leaf_lasting(45, -ago)
        yield family.shown(f"expired {text} ago", leaf, family.middle, expected="expired")
    for ahead, text in ((_HOUR, "an hour"), (30 * _DAY, "30 days")):
        begin = family.at + ahead
        yield family.simple(f"valid in {text}", "not-yet-valid", begin=begin, end=begin + 45 * _DAY - SECOND)
    for lifetime, thresholds in _THRESHOLDS.items():
        for hours, severity in zip(thresholds, (_MEDIUM, _HIGH, _CRITICAL), strict=True):
            yield _ending(family, lifetime, hours * _HOUR - _HOUR, {"expiring": severity})
        yield _ending(family, lifetime, thresholds[0] * _HOUR + _HOUR, {})
    for lifetime in (400, 825, 826, 2000):
        yield _ending(family, lifetime, 100 * _DAY, {})


def _ending(family: Family, days: int, left: timedelta, expected: dict[str, Severity]) -> Exhibit:
    leaf = family.leaf_lasting(days, left)
    name = f"{days} days, {left.total_seconds() / 3600:.0f} h left"
    found = expected | too_long(days, leaf.certificate.not_valid_before_utc)
    return family.shown(name, leaf, family.middle, expected=found)


def chain_dates(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of the dates of what is above the server's certificate."""
    at = family.at
    for left, severity in ((20, _MEDIUM), (10, _HIGH), (2, _CRITICAL)):
        ending = family.authority("Ending Intermediate", end=at + left * _DAY)
        expected = {"chain-expiring": severity}
        yield family.shown(f"intermediate ends in {left} days", family.leaf(ending), ending, expected=expected)
    later = family.authority("Later Intermediate", end=at + 31 * _DAY)
    yield family.shown("intermediate ends soon, but after the server's", family.leaf(later), later)

    ended = family.authority("Ended Intermediate", end=at - _DAY)
    yield family.shown("intermediate expired", family.leaf(ended), ended, expected="chain-expired")
    leaf = family.leaf_lasting(45, -5 * _DAY, issuer=ended)
    yield family.shown("both expired, the intermediate later", leaf, ended, expected="expired chain-expired")
    leaf = family.leaf_lasting(45, -_HOUR, issuer=ended)
    yield family.shown("both expired, the intermediate earlier", leaf, ended, expected="expired chain-expired")
    root = family.authority("Ended Root", None, end=at - _DAY)
    yield family.shown("trusted root expired", family.leaf(root), ca=root.pem, expected="chain-expired")
    upper = family.authority("Upper Intermediate", end=at - _DAY)
    lower = family.authority("Lower Intermediate", upper, end=at - 2 * _DAY)
    expected = {"chain-expired": OWN}
    yield family.shown("both intermediates expired", family.leaf(lower), lower, upper, expected=expected)
    early = family.authority("Early Intermediate", begin=at + _DAY)
    yield family.shown("intermediate not valid yet", family.leaf(early), early, expected="bad-chain")
