"""Where an artifact is to run, and which wheels that takes."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Platform:
    """``pip_options`` select the wheels; ``name`` tells builds for different places apart."""

    name: str
    pip_options: tuple[str, ...]
    for_deployment: bool


# Both tags are needed: with manylinux2014 alone pip silently picks older releases of some packages.
LAMBDA = Platform(
    "lambda-arm64-3.13",
    (
        "--python-version=3.13",
        "--implementation=cp",
        "--platform=manylinux_2_28_aarch64",
        "--platform=manylinux2014_aarch64",
    ),
    for_deployment=True,
)
HOST = Platform(f"host-{sys.platform}-{sys.version_info.major}.{sys.version_info.minor}", (), for_deployment=False)

PLATFORMS = {"lambda": LAMBDA, "host": HOST}
