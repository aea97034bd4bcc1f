"""``python -m layers.postgres --platform lambda --into FOLDER``: what the Makefile calls."""

import argparse
import shutil
import sys
from functools import partial
from pathlib import Path

from caretaker.build.errors import BuildError
from caretaker.build.platforms import PLATFORMS
from layers.postgres.layer import LOCK, layer
from layers.postgres.newest import ask_index, warnings
from layers.postgres.wheels import machine_of


def main() -> int:
    """Make the layer for the platform that the arguments name; return 0, or 2 with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m layers.postgres", description="Assemble PostgreSQL's programs.")
    parser.add_argument("--platform", choices=list(PLATFORMS), default="host", help="where they are to run")
    parser.add_argument("--into", type=Path, help="a folder for a copy; what it holds is replaced")
    wanted = parser.parse_args()
    try:
        folder = layer(wanted.platform, _say)
    except BuildError as failure:
        print(failure, file=sys.stderr)
        return 2
    if wanted.platform == "lambda":
        for warning in warnings(LOCK, partial(ask_index, machine=machine_of("lambda"))):
            _say(f"warning: {warning}")
    if wanted.into:
        shutil.rmtree(wanted.into, ignore_errors=True)
        shutil.copytree(folder, wanted.into)
    _say(f"postgres for {PLATFORMS[wanted.platform].title}: {_megabytes(folder):.1f} MB in {wanted.into or folder}")
    return 0


def _say(progress: str) -> None:
    print(progress, file=sys.stderr)


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    sys.exit(main())
