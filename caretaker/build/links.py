"""Files that are in two places: linked where that can be, else copied."""

import os
import shutil
from pathlib import Path


def link(source: str | Path, target: str | Path) -> None:
    """Let a file be at another place too."""
    try:
        os.link(source, target)
    except OSError:  # another device, or no more links: a copy serves as well
        shutil.copyfile(source, target)
