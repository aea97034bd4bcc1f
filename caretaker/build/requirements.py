"""The locked requirements of a function, installed once for each lock and platform."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from caretaker.build.bytecode import compile_tree, compiler
from caretaker.build.errors import BuildError
from caretaker.build.once import once
from caretaker.build.platforms import Platform

Say = Callable[[str], None]

# Most of botocore's size is what it knows of services that no function calls.
SERVICES = frozenset({"dynamodb", "lambda", "logs", "s3", "secretsmanager", "sns", "sqs", "ssm", "sts"})

_LAYOUT = 3  # raise it when how something is compiled changes: older folders of the cache are then left alone
_UNNEEDED = (
    "bin",
    "**/tests",
    "*.dist-info/RECORD",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
)


def installed(lock: Path, platform: Platform, cache: Path, say: Say) -> Path:
    """Return a folder with the packages of a lock, installing them if the cache does not hold them.

    Raises ``BuildError`` if pip cannot install them. Of two builders at once one installs, the other waits.
    """
    python = compiler(platform.python)
    folder = cache / f"{lock.stem}-{platform.key}-{_digest(lock, platform, compiled=python is not None)}"

    def install(packages: Path) -> None:
        say(f"Installing the requirements of {lock.stem} for {platform.title}: once for each lock")
        _install(lock, platform, python, packages)

    return once(folder, install)


def _digest(lock: Path, platform: Platform, *, compiled: bool) -> str:
    decisive = (_LAYOUT, sorted(SERVICES), _UNNEEDED, lock.read_text("utf-8"), platform.pip_options, compiled)
    return hashlib.sha256(repr(decisive).encode()).hexdigest()[:16]


def _install(lock: Path, platform: Platform, python: str | None, packages: Path) -> None:
    command = [
        sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--require-hashes", "--only-binary=:all:", "--no-compile", *platform.pip_options,
        "--target", str(packages), "--requirement", str(lock),
    ]  # fmt: skip
    answer = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if answer.returncode:
        raise BuildError(f"the requirements in {lock} could not be installed:\n{answer.stderr.strip()}")
    _prune(packages)
    if python:
        compile_tree(packages, python)


def _prune(packages: Path) -> None:
    unneeded = [found for pattern in _UNNEEDED for found in packages.glob(pattern)]
    unneeded += [known for known in (packages / "botocore" / "data").glob("*/") if known.name not in SERVICES]
    for path in unneeded:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
