"""Which items of an archive are set aside because a server, or a role, cannot take them, each with the reason."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from caretaker.archive.restoring.listing import Item, with_dependents

# https://www.postgresql.org/docs/current/sql-commands.html: what only a superuser may make
_SUPERUSERS = frozenset(
    {
        *("ACCESS METHOD", "EVENT TRIGGER", "FOREIGN DATA WRAPPER", "OPERATOR CLASS", "OPERATOR FAMILY"),
        *("PROCEDURAL LANGUAGE", "PUBLICATION TABLES IN SCHEMA", "SECURITY LABEL", "SHELL TYPE", "SUBSCRIPTION"),
        *("SUBSCRIPTION TABLE", "TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE", "TRANSFORM"),
    }
)


@dataclass(frozen=True, slots=True)
class SetAside:
    """What is not restored for one ``reason``: the item that is in the way, and all that needs it.

    ``what`` names the cause in short: an extension, a collation, a kind of object.
    """

    what: str
    reason: str
    items: tuple[Item, ...]

    @property
    def tables(self) -> tuple[Item, ...]:
        """The tables among the items."""
        return tuple(item for item in self.items if item.kind == "TABLE")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is restored, in the archive's order, and what is set aside."""

    items: tuple[Item, ...]
    set_aside: tuple[SetAside, ...]

    def without(self, what: str, reason: str, causes: Collection[int]) -> "Selection":
        """Return the selection with more set aside: these items, and all that needs them."""
        gone = with_dependents(causes, self.items)
        aside = tuple(item for item in self.items if item.id in gone)
        kept = tuple(item for item in self.items if item.id not in gone)
        return Selection(kept, (*self.set_aside, SetAside(what, reason, aside))) if aside else self


def select(
    everything: Sequence[Item],
    *,
    extensions: Collection[str],
    is_superuser: bool,
    there: Collection[Item] = (),
) -> Selection:
    """Return which items a target can take.

    ``extensions`` are those that its server has. ``there`` are items that are in the target already: they are left
    out and not spoken of, and what needs them stays.
    """
    done = {item.id for item in there}
    selection = Selection(tuple(item for item in everything if item.id not in done), ())
    for item in everything:
        if item.kind == "EXTENSION" and item.name not in extensions:
            selection = selection.without(item.name, f"the server does not have the extension {item.name}", {item.id})
    if is_superuser:
        return selection
    for what, causes in sorted(_beyond(selection.items).items()):
        selection = selection.without(what, f"only a superuser may make it: {what}", causes)
    return selection


def _beyond(items: Iterable[Item]) -> dict[str, set[int]]:
    """Return what only a superuser may make, in words, and the numbers of such items."""
    found: dict[str, set[int]] = defaultdict(set)
    for item in items:
        if item.kind in _SUPERUSERS:
            found[f"{item.kind.lower()} {item.name}"].add(item.id)
        elif item.kind == "COMMENT" and item.name.startswith(("EXTENSION ", "EVENT TRIGGER ", "DATABASE ")):
            found["comments of extensions"].add(item.id)
    return found
