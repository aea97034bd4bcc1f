"""Which items of a dump are restored to a target of people's own, and what is said of the others."""

from collections.abc import Collection, Sequence

from caretaker.archive.restoring.filtering import Selection, SetAside, select
from caretaker.archive.restoring.listing import Item, rows_of_extensions
from caretaker.archive.restoring.publications import without_publications
from caretaker.archive.restoring.remarks import Remark
from caretaker.archive.restoring.target import Target
from caretaker.core.printable import printable

_MAPPED = "USER MAPPING "
_SHOWN = 5  # names in a message


def chosen_items(
    everything: Sequence[Item], target: Target, publications: Collection[str] = ()
) -> tuple[Selection, tuple[Remark, ...]]:
    """Return the items that the target takes, and a remark for each reason why others are set aside.

    ``publications`` are those of all tables, where the role may not make them.
    """
    there = [item for item in everything if item.kind == "SCHEMA" and item.name in target.schemas]
    selection = select(everything, extensions=target.extensions, is_superuser=target.is_superuser, there=there)
    if why := _why_not_rows_of_extensions(everything, target):
        rows = {item.id for item in rows_of_extensions(everything)}
        selection = selection.without("rows of extensions", why, rows)
    selection = without_publications(selection, publications)
    subscriptions = {item.id for item in everything if item.kind.startswith("SUBSCRIPTION")}
    selection = selection.without(
        "subscriptions", "a copy must not take the changes that belong to the database it is a copy of", subscriptions
    )
    mappings = {item.id for item in everything if item.kind == "USER MAPPING" and not _is_known(item, target)}
    selection = selection.without("user mappings", "the server lacks the roles that they are for", mappings)
    return selection, tuple(_remark(each) for each in selection.set_aside)


def _why_not_rows_of_extensions(everything: Sequence[Item], target: Target) -> str:
    """Return why rows that people have added to tables of extensions have no place, empty if they have."""
    wanted = {item.name for item in everything if item.kind == "EXTENSION"}
    if not wanted <= target.extensions.keys():
        return "the table is one of an extension, and may be of one that the server does not have"
    if any(target.extensions[name].installed for name in wanted):
        return "the table is one of an extension that is there already: it keeps the rows that it has"
    return ""


def _is_known(mapping: Item, target: Target) -> bool:
    role = mapping.name.removeprefix(_MAPPED).partition(" SERVER ")[0]
    return role.lower() == "public" or role in target.roles


def _remark(each: SetAside) -> Remark:
    items = [printable(str(item)) for item in each.items]
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    what = f"not restored: {', '.join(items[:_SHOWN])}{more} ({printable(each.reason)})"
    return Remark("asks" if each.tables else "note", what)
