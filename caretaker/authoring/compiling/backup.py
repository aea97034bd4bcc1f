"""Databases, compiled: all of them for ``backup``, the promises alone for ``verify``."""

from caretaker.authoring.compiling.section import Section
from caretaker.authoring.model.backup import Backup, Database


def compile_databases(section: Backup | None) -> list[Section]:
    """Return the compiled forms of all databases."""
    return [_database(one) for one in section.databases] if section else []


def promises(databases: list[Section]) -> list[Section]:
    """Return what may be known of databases by whoever must not reach them."""
    return [{name: one[name] for name in ("name", "rpo", "rto")} for one in databases]


def _database(database: Database) -> Section:
    return {
        "name": database.name,
        "url": database.url,
        "rpo": database.rpo,
        "rto": database.rto,
        "exclude_table_data": list(database.exclude_table_data),
        "fingerprint": database.fingerprint.value,
        "ca": database.ca or "",
    }
