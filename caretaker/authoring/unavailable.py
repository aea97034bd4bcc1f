"""What caretaker.yaml is designed to hold but this version does not do: refused by name, never ignored."""

from collections.abc import Iterator

from caretaker.authoring.mistakes import Objection
from caretaker.authoring.nodes import Path, Plain

_SECTIONS = {"certificates": "looking at certificates", "backup": "backing up databases"}


def unavailable(tree: Plain) -> Iterator[Objection]:
    """Yield what this version does not do. Of a target or channel of such a kind nothing else is worth judging."""
    yield from _keys(tree, _SECTIONS, ())
    for index, target in _items(_at(tree, "uptime", "targets")):
        place = ("uptime", "targets", index)
        if isinstance(target, dict) and target.get("addresses") == "all":
            yield _objection((*place, "addresses"), "looking at all addresses of a name", (*place, "addresses"))


def _keys(mapping: Plain, names: dict[str, str], place: Path, covers: Path | None = None) -> Iterator[Objection]:
    for name, what in names.items():
        if isinstance(mapping, dict) and name in mapping:
            yield _objection((*place, name), what, covers or (*place, name))


def _objection(place: Path, what: str, covers: Path) -> Objection:
    return Objection(place, f"{what} is not available in this version", "Remove it.", at_key=True, covers=covers)


def _at(tree: Plain, *names: str) -> Plain:
    for name in names:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def _items(value: Plain) -> Iterator[tuple[int, Plain]]:
    if isinstance(value, list):
        yield from enumerate(value)
