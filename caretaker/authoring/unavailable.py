"""What caretaker.yaml is designed to hold but this version does not do: refused by name, never ignored."""

from collections.abc import Iterator

from caretaker.authoring.mistakes import Objection
from caretaker.authoring.nodes import Path, Plain


def unavailable(tree: Plain) -> Iterator[Objection]:
    """Yield what this version does not do; nothing else of it is worth judging."""
    backup = tree.get("backup") if isinstance(tree, dict) else None
    if not isinstance(backup, dict):
        return
    databases = backup.get("databases")
    for index, database in enumerate(databases if isinstance(databases, list) else []):
        if isinstance(database, dict) and "drill" in database:
            yield _refused(("backup", "databases", index, "drill"), "restoring into a server of your own")


def _refused(path: Path, what: str) -> Objection:
    return Objection(path, f"{what} is not available in this version", "Remove it.", at_key=True, covers=path)
