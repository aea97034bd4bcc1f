"""Where an artifact is to run, and which wheels that takes."""

import platform
import sys
from dataclasses import dataclass
from typing import Literal

PlatformName = Literal["lambda", "host"]
Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Platform:
    """A place to run.

    ``title`` names it for people, ``key`` in names of folders. ``pip_options`` select its wheels.
    ``python`` is the version that runs there.
    """

    title: str
    key: str
    python: Version
    pip_options: tuple[str, ...]
    for_deployment: bool


# Both tags are needed: with manylinux2014 alone pip silently picks older releases of some packages.
LAMBDA = Platform(
    title="Lambda (arm64, Python 3.13)",
    key="lambda-arm64-3.13",
    python=(3, 13),
    pip_options=(
        "--python-version=3.13",
        "--implementation=cp",
        "--platform=manylinux_2_28_aarch64",
        "--platform=manylinux2014_aarch64",
    ),
    for_deployment=True,
)
HOST = Platform(
    title="this machine",
    key=f"host-{sys.platform}-{platform.machine()}-{sys.version_info.major}.{sys.version_info.minor}",
    python=sys.version_info[:2],
    pip_options=(),
    for_deployment=False,
)

PLATFORMS: dict[PlatformName, Platform] = {"lambda": LAMBDA, "host": HOST}
