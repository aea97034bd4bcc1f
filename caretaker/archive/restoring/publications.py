"""Publications that only a superuser may make: those of all tables; a list of items does not say which these are."""

import re
from collections.abc import Collection, Sequence

from caretaker.archive.restoring.filtering import Selection
from caretaker.archive.restoring.listing import Item
from caretaker.archive.restoring.running import PgRestore
from caretaker.archive.sql_names import NAME, unquoted

_OF_ALL = re.compile(rf"^CREATE PUBLICATION ({NAME}) FOR ALL TABLES", re.MULTILINE)


def of_all_tables(sql: str) -> frozenset[str]:
    """Return the names of the publications of all tables in the SQL of a dump."""
    return frozenset(unquoted(name) for name in _OF_ALL.findall(sql))


def publications_of_all(pg_restore: PgRestore, everything: Sequence[Item]) -> frozenset[str]:
    """Return the names of the publications of all tables in a dump; raise what reading it raises."""
    publications = [item for item in everything if item.kind == "PUBLICATION"]
    if not publications:
        return frozenset()
    return of_all_tables(b"".join(pg_restore.sql("--schema-only", chosen=publications)).decode("utf-8", "replace"))


def without_publications(selection: Selection, names: Collection[str]) -> Selection:
    """Return the selection without publications of these names."""
    listed = {name.replace("\r", " ").replace("\n", " ") for name in names}
    items = {item.id for item in selection.items if item.kind == "PUBLICATION" and item.name in listed}
    return selection.without("publications of all tables", "only a superuser may make one of all tables", items)
