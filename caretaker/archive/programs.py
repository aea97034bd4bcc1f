"""PostgreSQL's programs: those that are right for a server, and what they are run with."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from caretaker.archive.versions import Version, choose, version_of_program

LAYER = Path("/opt/postgres")  # where the layer's programs are in Lambda

_PATIENCE = 20.0  # seconds to say a version; the first use of a layer reads it from afar


class ProgramsUnusable(Exception):
    """A folder does not hold programs that run here; the message says which one and why."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one version, in a folder of their own."""

    folder: Path
    version: Version

    def path(self, name: str) -> Path:
        """Return where a program is; raise ``ProgramsUnusable`` if it is not there."""
        program = self.folder / name
        if not program.is_file():
            raise ProgramsUnusable(f"there is no {name} of PostgreSQL {self.version} in {self.folder}")
        return program

    def environment(self, connection: Mapping[str, str]) -> dict[str, str]:
        """Return the whole environment to run a program with: how it connects (``PGHOST``, …), and nothing inherited.

        Without it a program would read the caller's password file, certificates and services from its home, Lambda's
        own libraries before those it was built with, and would speak the caller's language.
        """
        return {"PATH": str(self.folder), "LC_ALL": "C", "TZ": "UTC", "HOME": "/nonexistent", **connection}


def programs_for(server: Version, folder: Path = LAYER) -> Programs:
    """Return the programs that are right for a server.

    ``folder`` holds a folder for each major version, with its programs in ``bin``: the layer's, or another with the
    same names, as Debian's ``/usr/lib/postgresql``. Raises ``ProgramsUnusable`` if there is none, and
    ``NoProgramsForServer`` if the server is too new, or too old.
    """
    available = {_version_in(bin_folder): bin_folder for bin_folder in _bin_folders(folder)}
    if not available:
        raise ProgramsUnusable(f"there are no programs of PostgreSQL in {folder}: it has no folder as 18/bin is one")
    version = choose(server, list(available))
    return Programs(available[version], version)


def _bin_folders(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/bin/pg_dump") if path.parts[-3].isdecimal())


@cache
def _version_in(folder: Path) -> Version:
    """Return the version that the programs of a folder say they have; each folder is asked once."""
    program = folder / "pg_dump"
    try:
        answer = subprocess.run(
            [program, "--version"], env={"LC_ALL": "C"}, capture_output=True, text=True, timeout=_PATIENCE, check=True
        )
        return version_of_program(answer.stdout)
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip()[:200] or f"it ended with {error.returncode}"
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        reason = str(error)
    raise ProgramsUnusable(f"{program} cannot be used here: {reason}")
