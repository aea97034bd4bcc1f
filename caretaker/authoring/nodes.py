"""A YAML document as a tree of values that remember where they stand."""

import re
from dataclasses import dataclass

from caretaker.authoring.mistakes import Position
from caretaker.authoring.scalars import Scalar
from caretaker.authoring.wording import named

Plain = Scalar | list["Plain"] | dict[str, "Plain"]
Path = tuple[str | int, ...]

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(slots=True)
class Node:
    """A scalar, a list or a mapping. ``size`` counts it and all in it, an alias as often as it is used."""

    position: Position
    value: "Scalar | list[Node] | dict[str, Entry]"
    size: int = 1
    depth: int = 1

    def plain(self) -> Plain:
        """Return the value without positions."""
        match self.value:
            case list():
                return [item.plain() for item in self.value]
            case dict():
                return {name: entry.node.plain() for name, entry in self.value.items()}
            case _:
                return self.value


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a mapping, and where its key stands."""

    key: Position
    node: Node


def position(root: Node, path: Path) -> Position:
    """Return where the value at a path stands; of mappings and lists their key.

    Parts that lead nowhere are passed over, so that the nearest thing that a person wrote is found.
    """
    node, place = root, root.position
    for part in path:
        child = _child(node, part)
        if child is None:
            continue
        has_key = isinstance(node.value, dict) and isinstance(part, str) and isinstance(child.value, list | dict)
        place = _key(node, part, child.position) if has_key else child.position
        node = child
    return place


def key_position(root: Node, path: Path) -> Position:
    """Return where the last key of a path stands, or the nearest thing before it."""
    *before, last = path
    node = root
    for part in before:
        node = _child(node, part) or node
    return _key(node, last, position(root, tuple(before)))


def _child(node: Node, part: str | int) -> Node | None:
    match node.value, part:
        case dict(entries), str() if part in entries:
            return entries[part].node
        case list(items), int() if part < len(items):
            return items[part]
        case _:
            return None


def _key(node: Node, part: str | int, otherwise: Position) -> Position:
    if isinstance(node.value, dict) and isinstance(part, str) and part in node.value:
        return node.value[part].key
    return otherwise


def shown_path(root: Node, path: Path) -> str:
    """Return a path for people: keys joined by dots, items of a list by their name or their number from 0."""
    node, shown = root, ""
    for part in path:
        child = _child(node, part)
        if isinstance(part, str):
            shown += f".{part}" if _PLAIN_KEY.fullmatch(part) else f"[{named(part)}]"
        elif child is not None:
            shown += f"[{_name(child) or part}]"
        node = child or node
    return shown.removeprefix(".")


def _name(node: Node) -> str:
    entry = node.value.get("name") if isinstance(node.value, dict) else None
    name = entry.node.value if entry else None
    return name if isinstance(name, str) and _PLAIN_KEY.fullmatch(name) else ""
