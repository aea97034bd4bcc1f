"""A function's artifact: its own package, the core, its locked requirements, its configuration, and nothing else."""

import json
import os
import py_compile
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from caretaker.authoring.compiling import compile_sections
from caretaker.authoring.loading import load
from caretaker.build.errors import BuildError
from caretaker.build.platforms import PLATFORMS
from caretaker.build.requirements import installed

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("uptime", "notify")
_SHARED = ("caretaker/core",)
_PACKAGES = ("caretaker/__init__.py", "functions/__init__.py")
_MOMENT = 1_577_836_800  # the time of every file: two builds of the same sources are the same bytes


def build(function: str, *, platform: str, config: Path, into: Path) -> None:
    """Build a function's artifact for ``lambda`` or for the ``host`` into a folder, replacing what it holds.

    A configuration with mistakes raises ``ConfigurationError`` and leaves the folder as it was.
    """
    if function not in FUNCTIONS:
        raise BuildError(f"there is no function {function!r}: the functions are {', '.join(FUNCTIONS)}")
    place = PLATFORMS[platform]
    sections = compile_sections(load(config, for_deployment=place.for_deployment))
    packages = installed(ROOT / "requirements" / f"{function}.txt", place, ROOT / "build" / "cache")
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=f".{into.name}-") as unfinished:
        artifact = Path(unfinished) / "artifact"
        shutil.copytree(packages, artifact, copy_function=_link)
        for source in _sources(function):
            _copy(source, artifact / source.relative_to(ROOT))
        section = json.dumps(sections[function], indent=1, sort_keys=True)
        (artifact / "functions" / function / "config.json").write_text(section, "utf-8")
        if platform == "host" or sys.version_info[:2] == (3, 13):
            _compile(artifact)
        _set_times(artifact)
        _replace(into, artifact)


def _sources(function: str) -> Iterator[Path]:
    for name in _PACKAGES:
        yield ROOT / name
    for folder in (*_SHARED, f"functions/{function}"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another device: a copy serves as well
        shutil.copyfile(source, target)


def _compile(artifact: Path) -> None:
    """Compile our own sources. Hash-based bytecode does not depend on times."""
    for folder in ("caretaker", "functions"):
        for source in sorted((artifact / folder).rglob("*.py")):
            py_compile.compile(
                str(source),
                dfile=str(source.relative_to(artifact)),
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                doraise=True,
            )


def _set_times(artifact: Path) -> None:
    for path in artifact.rglob("*"):
        os.utime(path, (_MOMENT, _MOMENT))


def _replace(into: Path, artifact: Path) -> None:
    if into.is_dir() and not any(into.iterdir()):
        into.rmdir()
    if into.exists():
        shutil.rmtree(into)
    artifact.rename(into)
