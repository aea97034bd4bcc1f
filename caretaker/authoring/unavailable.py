"""What caretaker.yaml is designed to hold but this version does not do: refused by name, never ignored."""

from collections.abc import Iterator

from caretaker.authoring.mistakes import Objection
from caretaker.authoring.nodes import Plain

_SECTIONS = {"backup": "backing up databases"}


def unavailable(tree: Plain) -> Iterator[Objection]:
    """Yield what this version does not do; nothing else of it is worth judging."""
    for name, what in _SECTIONS.items():
        if isinstance(tree, dict) and name in tree:
            message = f"{what} is not available in this version"
            yield Objection((name,), message, "Remove it.", at_key=True, covers=(name,))
