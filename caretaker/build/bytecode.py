"""Bytecode: modules compiled when the artifact is built, so that a cold start need not.

Lambda's code is on a read-only disk: what is not compiled here is compiled again at every cold start.
"""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from caretaker.build.errors import BuildError
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


def _version_of(python: str) -> Version | None:
    """Return the version of a Python that runs; a name on the PATH may be a shim of one that is not there."""
    question = [python, "-I", "-c", "import sys; print(*sys.version_info[:2])"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    if answer.returncode:
        return None
    major, minor = map(int, answer.stdout.split())
    return major, minor
