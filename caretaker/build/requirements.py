"""The locked requirements of a function, installed once for each lock and platform."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from caretaker.build.errors import BuildError
from caretaker.build.platforms import Platform

# What botocore knows of services which no function calls is 90 per cent of its size.
_SERVICES = frozenset({"dynamodb", "secretsmanager", "sns", "sqs", "ssm", "sts"})


def installed(lock: Path, platform: Platform, cache: Path) -> Path:
    """Return a folder with the packages of a lock, installing them if the cache does not hold them.

    Raises ``BuildError`` if pip cannot install them. Two builders at once install once.
    """
    digest = hashlib.sha256(lock.read_bytes() + repr(platform.pip_options).encode()).hexdigest()[:16]
    folder = cache / f"{lock.stem}-{platform.name}-{digest}"
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / f"{folder.name}.lock"):
        if not folder.is_dir():
            _install(lock, platform, folder)
    return folder


def _install(lock: Path, platform: Platform, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".installing-") as unfinished:
        target = Path(unfinished) / "packages"
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--require-hashes", "--only-binary=:all:", "--no-compile", *platform.pip_options,
            "--target", str(target), "--requirement", str(lock),
        ]  # fmt: skip
        answer = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if answer.returncode:
            raise BuildError(f"the packages of {lock} could not be installed:\n{answer.stderr.strip()}")
        _prune(target)
        target.rename(folder)


def _prune(packages: Path) -> None:
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for record in packages.glob("*.dist-info/RECORD"):
        record.unlink()
    for known in (packages / "botocore" / "data").glob("*/"):
        if known.name not in _SERVICES:
            shutil.rmtree(known)
    for examples in (packages / "boto3").glob("examples"):
        shutil.rmtree(examples)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
