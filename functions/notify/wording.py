"""What a check is called, and how its state is said: by its kind."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Words for the checks of a kind; ``subject`` has a place for the name. ``still_`` is said of what goes on."""

    subject: str
    down: str
    still_down: str
    degraded: str
    still_degraded: str
    recovered: str = "is in order again"


_USUAL = Words("{}", "is down", "is still down", "is degraded", "is still degraded", "has recovered")
_KINDS = {
    "cert": Words(
        "the certificate of {}",
        "is refused",
        "is still refused",
        "needs attention",
        "still needs attention",
    ),
    "backup": Words("the backup of {}", "has failed", "still fails", "looks wrong", "still looks wrong"),
    "smoke": Words(
        "the test alert of {}",
        "has failed",
        "still fails",
        "has arrived, and nothing is wrong",
        "is not over yet, though nothing is wrong",
        recovered="is over",
    ),
    "freshness": Words(
        "the newest backup of {}",
        "is missing or too old",
        "is still missing or too old",
        "is old",
        "is still old",
    ),
    "cleanup": Words(
        "the cleanup of {}",
        "has failed",
        "still fails",
        "needs attention",
        "still needs attention",
    ),
}


def subject(check: str) -> str:
    """Return what a check is called in a sentence."""
    kind, _, name = check.partition("/")
    return _words(kind).subject.format(name)


def state(check: str, status: str, *, still: bool = False) -> str:
    """Return what is said of a check with this status."""
    words = _words(check.partition("/")[0])
    match status:
        case "down":
            return words.still_down if still else words.down
        case "degraded":
            return words.still_degraded if still else words.degraded
        case "unknown":
            return "is still unknown" if still else "is unknown"
        case _:
            return "is in order"


def recovered(check: str) -> str:
    """Return what is said of a check that is in order again."""
    return _words(check.partition("/")[0]).recovered


def _words(kind: str) -> Words:
    return _KINDS.get(kind, _USUAL)
