"""``python -m caretaker.build FUNCTION --platform lambda --config F --into FOLDER``: what the Makefile calls."""

import argparse
import sys
from pathlib import Path

from caretaker.authoring import ConfigurationError
from caretaker.build.artifact import FUNCTIONS, build
from caretaker.build.errors import BuildError
from caretaker.build.platforms import PLATFORMS


def main() -> int:
    """Build what the arguments ask for; return 0, or 2 with the reasons on stderr."""
    parser = argparse.ArgumentParser(prog="python -m caretaker.build", description="Build the artifact of a function.")
    parser.add_argument("function", choices=FUNCTIONS)
    parser.add_argument("--platform", choices=list(PLATFORMS), default="host", help="where it is to run")
    parser.add_argument(
        "--config", type=Path, nargs="+", default=[Path("caretaker.yaml")], help="what to watch; a file an environment"
    )
    parser.add_argument("--into", type=Path, required=True, help="the folder to fill; what it holds is replaced")
    wanted = parser.parse_args()
    try:
        build(wanted.function, platform=wanted.platform, configs=wanted.config, into=wanted.into, say=_say)
    except (BuildError, ConfigurationError) as failure:
        print(failure, file=sys.stderr)
        return 2
    _say(f"{wanted.function} for {PLATFORMS[wanted.platform].title}: {_megabytes(wanted.into):.1f} MB in {wanted.into}")
    return 0


def _say(progress: str) -> None:
    print(progress, file=sys.stderr)


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    sys.exit(main())
