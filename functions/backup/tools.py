"""What a run works with, and what it comes to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.core.config import BackupConfig
from caretaker.core.secrets import Reader
from caretaker.core.store.table import Table


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with. ``programs`` is the folder of PostgreSQL's; ``monotonic`` and ``wait`` are in seconds."""

    table: Table
    bucket: Bucket
    read_secrets: Reader
    config: BackupConfig
    programs: Path
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    wait: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What a run came to: a manifest, unless there is none; ``silent`` says why nothing was done."""

    manifest: Manifest | None = None
    silent: str = ""
