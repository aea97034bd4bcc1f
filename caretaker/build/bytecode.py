"""Bytecode: modules compiled when the artifact is built, so that a cold start need not.

Lambda's code is on a read-only disk: what is not compiled here is compiled again at every cold start.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from caretaker.build.errors import BuildError
from caretaker.build.links import link
from caretaker.build.platforms import Version


@cache
def compiler(version: Version) -> str | None:
    """Return a Python of just this version on this machine, or None: bytecode is good for one version only."""
    if sys.version_info[:2] == version:
        return sys.executable
    found = shutil.which(f"python{version[0]}.{version[1]}")
    return found if found and _version_of(found) == version else None


def compile_tree(folder: Path, python: str, *parts: str) -> None:
    """Compile the modules below a folder, or these parts of it; raise ``BuildError`` naming those that cannot be.

    The bytecode depends on the sources alone: no times, and no folder of this machine, are in it.
    """
    options = ["-q", "-f", "--invalidation-mode", "unchecked-hash", "-s", str(folder)]
    command = [python, "-I", "-m", "compileall", *options, *(str(folder / part) for part in parts or (".",))]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise BuildError(f"not everything in {folder} could be compiled:\n{answer.stdout.strip()}")


def compile_changed(folder: Path, python: str, version: Version, kept: Path, *parts: str) -> None:
    """Compile as ``compile_tree`` does, with what was compiled before from ``kept``, and keep what is new there."""
    tag = f"cpython-{version[0]}{version[1]}"
    kept.mkdir(parents=True, exist_ok=True)
    places = {}
    for source in (source for part in parts for source in (folder / part).rglob("*.py")):
        name = source.relative_to(folder)
        digest = hashlib.sha256(f"{tag} {name}\n".encode() + source.read_bytes()).hexdigest()
        places[source] = (source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc", kept / f"{digest}.pyc")
    new = [source for source, (_, before) in places.items() if not before.exists()]
    if new:
        compile_tree(folder, python, *(str(source.relative_to(folder)) for source in new))
    for source in new:
        _keep(*places.pop(source))
    for compiled, before in places.values():
        compiled.parent.mkdir(exist_ok=True)
        link(before, compiled)


def _keep(compiled: Path, kept: Path) -> None:
    """Put a copy where it is found as a whole or not at all: others may build at the same time."""
    number, unfinished = tempfile.mkstemp(dir=kept.parent)
    os.close(number)
    shutil.copy(compiled, unfinished)  # with its mode: in Lambda another user reads it
    Path(unfinished).replace(kept)


def _version_of(python: str) -> Version | None:
    """Return the version of a Python that runs; a name on the PATH may be a shim of one that is not there."""
    question = [python, "-I", "-c", "import sys; print(*sys.version_info[:2])"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    if answer.returncode:
        return None
    major, minor = map(int, answer.stdout.split())
    return major, minor
