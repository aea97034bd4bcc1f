"""``python -m caretaker.build FUNCTION --platform lambda --config F --into FOLDER``: what the Makefile calls."""

import argparse
import sys
from pathlib import Path

from caretaker.authoring.mistakes import ConfigurationError
from caretaker.build.artifact import FUNCTIONS, build
from caretaker.build.errors import BuildError
from caretaker.build.platforms import PLATFORMS


def main() -> int:
    """Build what the arguments ask for; return 0, or 2 with the reasons on stderr."""
    parser = argparse.ArgumentParser(prog="python -m caretaker.build", description=__doc__)
    parser.add_argument("function", choices=FUNCTIONS)
    parser.add_argument("--platform", choices=sorted(PLATFORMS), default="host")
    parser.add_argument("--config", type=Path, default=Path("caretaker.yaml"))
    parser.add_argument("--into", type=Path, required=True)
    wanted = parser.parse_args()
    try:
        build(wanted.function, platform=wanted.platform, config=wanted.config, into=wanted.into)
    except (BuildError, ConfigurationError) as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
