"""What targets say that they depend on: targets that are there, and no circle."""

from collections.abc import Iterator, Mapping, Sequence

from caretaker.authoring.mistakes import Objection
from caretaker.authoring.nodes import Path, Plain
from caretaker.authoring.wording import nearest, quoted

Depends = Mapping[str, Sequence[str]]


def wrong_dependencies(targets: Plain, place: Path) -> Iterator[Objection]:
    """Yield each dependency on nothing, on itself, or in a circle; a circle is named once, from its first target on."""
    depends: dict[str, list[str]] = {}
    paths: dict[str, Path] = {}
    for index, target in enumerate(targets if isinstance(targets, list) else []):
        name, needs = (target.get("name"), target.get("depends_on")) if isinstance(target, dict) else (None, None)
        if isinstance(name, str):
            paths[name] = (*place, index, "depends_on")
            depends[name] = [one for one in needs if isinstance(one, str)] if isinstance(needs, list) else []
    for name, parents in depends.items():
        for index, parent in enumerate(parents):
            if parent not in depends:
                yield Objection((*paths[name], index), f"there is no target {quoted(parent)}", nearest(parent, depends))
    in_circles: set[str] = set()
    for name in depends:
        circle = [] if name in in_circles else _circle(name, depends)
        if circle:
            in_circles.update(circle)
            shown = " needs ".join((*circle, circle[0]))
            yield Objection(paths[name], f"targets depend on each other in a circle: {shown}", "Remove one of these.")


def _circle(start: str, depends: Depends) -> list[str]:
    """Return the shortest way from a target back to itself, empty if there is none."""
    came_from: dict[str, str] = {}
    waiting = [start]
    for name in waiting:
        for parent in depends.get(name, ()):
            if parent == start:
                way = [name]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if parent not in came_from:
                came_from[parent] = name
                waiting.append(parent)
    return []
