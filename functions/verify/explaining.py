"""Which errors of a restore are ours: of what this server, or a role without rights, cannot make."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from caretaker.archive.restoring.complaints import Complaint
from caretaker.archive.restoring.filtering import Selection
from caretaker.archive.restoring.listing import Item
from caretaker.archive.restoring.running import Outcome
from functions.verify.standing_in import NOT_THERE

# In the words of the server, of 42501, 42704 and 0A000: https://www.postgresql.org/docs/18/errcodes-appendix.html
_EXPLAINED = re.compile(
    r"could not execute query: ERROR:  (?:"
    r"permission denied (?:for (?:language|foreign-data wrapper)|to create|to set)|"
    r"must be (?:superuser|owner)|only superuser|"
    r'collation "[^|]*" (?:for encoding "\w+" )?does not exist|'
    r"compression method \w+ not supported|"
    r"could not (?:access file|open extension|load library))"
)


# What is wrong with the place, and says nothing of the archive.
_PLACE = re.compile(
    r"No space left on device|could not extend file|could not write|out of (?:shared )?memory|out of disk|"
    r"server closed the connection|connection to server|terminating connection|no connection to the server|"
    r"the database system is|lost synchronization with server|could not fork|SSL SYSCALL|SSL connection has been|"
    rf"could not (?:receive data from|send data to)|in a read-only transaction|canceling statement due to|{NOT_THERE}"
)

# What an order of texts that is not the dumped one's may cause, by constraints and by the bounds of partitions.
_ORDER = re.compile(
    r"violates (?:check|partition) constraint|empty range bound|would overlap partition|lower bound must"
)


class PlaceFailed(Exception):
    """A restore could not go on where it was tried; the message says why."""


class Unexplained(Exception):
    """A restore met an error that is not ours; the message holds it."""


def explained(outcome: Outcome, selection: Selection, sorts: Sequence[str]) -> Selection:
    """Return the selection without what has failed for a reason that is ours, and what needs that.

    ``sorts`` says what stands for a locale or for collations that the server does not have.

    Raises ``PlaceFailed``, and ``Unexplained`` if one error is of another kind, names no item, or is not accounted for.
    """
    if outcome.is_clean:
        return selection
    if not outcome.is_explicable or _is_of_the_place(outcome) or _may_be_of_order(outcome, sorts):
        raise unexpected(outcome, sorts)
    by_id = {item.id: item for item in selection.items}
    causes: dict[str, set[int]] = defaultdict(set)
    for error in outcome.errors:
        what = _cause(error, by_id)
        if what is None:
            _must_follow(error, by_id, causes)
        else:
            causes[what].add(error.item or 0)
    for what, items in causes.items():
        selection = selection.without(what, "it could not be made here", items)
    return selection


def unexpected(outcome: Outcome, sorts: Sequence[str]) -> PlaceFailed | Unexplained:
    """Return what a failure means that is not ours to explain: it is of the place, or of the archive."""
    if _may_be_of_order(outcome, sorts):
        order = ", ".join(sorts)
        return PlaceFailed(f"rows are refused, perhaps as texts are sorted otherwise here ({order}): {outcome.words}")
    return PlaceFailed(outcome.words) if _is_of_the_place(outcome) else Unexplained(outcome.words)


def _may_be_of_order(outcome: Outcome, sorts: Sequence[str]) -> bool:
    """Whether texts are sorted otherwise here, and that may be why rows are refused: all those that are."""
    by_order = [error for error in outcome.errors if _ORDER.search(error.message)]
    rows_refused = [error for error in outcome.errors if error.message.startswith("COPY failed")]
    return bool(sorts and by_order) and all(error in by_order for error in rows_refused)


def _is_of_the_place(outcome: Outcome) -> bool:
    """Whether the program was ended from outside, or one of its errors is none that an archive can cause."""
    return outcome.code < 0 or any(_PLACE.search(error.message) for error in outcome.errors)


def _cause(error: Complaint, by_id: Mapping[int, Item]) -> str | None:
    """Return what an error of an explained kind is about."""
    item = by_id.get(error.item or 0)
    if item is None or not _EXPLAINED.match(error.message):
        return None
    return f"{item.kind.lower()} {item.schema}.{item.name}" if item.schema else f"{item.kind.lower()} {item.name}"


def _must_follow(error: Complaint, by_id: Mapping[int, Item], causes: Mapping[str, set[int]]) -> None:
    """Raise unless an item fails because of another that failed before it."""
    failed = set().union(*causes.values()) if causes else set()
    item = by_id.get(error.item or 0)
    if item is None or not _needs(item, failed, by_id):
        raise Unexplained(f"{item}: {error.message}" if item else error.message)


def _needs(item: Item, wanted: set[int], by_id: Mapping[int, Item]) -> bool:
    waiting, seen = [item], {item.id}
    while waiting:
        for number in waiting.pop().depends_on - seen:
            if number in wanted:
                return True
            seen.add(number)
            if number in by_id:
                waiting.append(by_id[number])
    return False
