"""Databases, compiled: all of them for ``backup``, the promises for ``verify``, names and ages for ``cleanup``."""

from caretaker.authoring.compiling.section import Section
from caretaker.authoring.model.backup import Backup, Database


def compile_databases(section: Backup | None) -> list[Section]:
    """Return the compiled forms of all databases."""
    return [_database(one) for one in section.databases] if section else []


def promises(section: Backup | None) -> list[Section]:
    """Return what may be known of databases by whoever must not reach them, and where their drills are held."""
    return [_promise(one) for one in section.databases] if section else []


def compile_retention(section: Backup | None) -> Section | None:
    """Return for how long backups are kept, None where none are made: those of earlier are nobody's to delete then."""
    return section.retention.model_dump() if section else None


def _promise(database: Database) -> Section:
    promise = {"name": database.name, "rpo": database.rpo, "rto": database.rto}
    drill = database.drill
    return promise | ({"drill": {"url": drill.url, "ca": drill.ca or ""}} if drill else {})


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
