"""Looks that should have happened and did not: what ``caretaker status`` shows of them is old."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from caretaker.cli.standing import Standing


@dataclass(frozen=True, slots=True)
class _Look:
    """Which function looks at what, and how long it may be until that shows."""

    function: str
    what: str
    at_most: timedelta


# By the kind of its checks. Schedules are parameters of the template: these leave room for slower ones.
_LOOKS = {
    "uptime": _Look("uptime", "endpoints", timedelta(hours=1)),
    "cert": _Look("cert_check", "certificates", timedelta(hours=1)),
    "freshness": _Look("verify", "backups", timedelta(hours=3)),
}


def silences(found: Iterable[Standing], now: datetime) -> list[str]:
    """Return a sentence for each function that has not looked for too long."""
    last: dict[str, datetime] = {}
    for one in found:
        kind = one.check.partition("/")[0]
        if kind in _LOOKS and one.seen_at:
            last[kind] = max(one.seen_at, last.get(kind, one.seen_at))
    return [
        f"{_LOOKS[kind].function} has not looked since {at:%d %b %H:%M} UTC: what is shown of {_LOOKS[kind].what} "
        "is that old. See its log, and its schedule."
        for kind, at in last.items()
        if now - at > _LOOKS[kind].at_most
    ]
