"""Drills in a process of their own, which die by SIGKILL: no ``finally`` is carried out."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from caretaker.archive.entries import entries
from caretaker.archive.objects import Bucket
from caretaker.archive.programs import programs_for
from functions.verify import drill
from functions.verify.leftovers import workspace
from functions.verify.means import OwnServer
from functions.verify.throwaway import throwaway
from tests.buckets import s3_at
from tests.forks import PROCESSES
from tests.integration.verify.conftest import means

_LONGEST = 60.0  # seconds


def died(action: Callable[..., None], *arguments: object) -> bool:
    """Whether a process that calls a function of a module has died by SIGKILL."""
    process = PROCESSES.Process(target=action, args=arguments)
    process.start()
    process.join(_LONGEST)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError(f"{action.__name__} did not end")
    return process.exitcode == -signal.SIGKILL


def die_with_a_server(folder: Path, programs: Path) -> None:
    """Start the server of a drill, and die."""
    no_bucket: Any = None
    with workspace(folder, time.sleep) as work:
        (work / "server").mkdir(0o700)
        given = means(no_bucket, programs, folder)
        with throwaway(work / "server", programs_for(drill.SERVER, programs), given):
            _die()


def die_before_comparing(endpoint: str, bucket: str, backup: str, programs: Path, folder: Path, url: str) -> None:
    """Drill a backup on a server of its owner's until it has been restored, and die."""
    kept = Bucket(s3_at(endpoint), bucket)
    manifest = next(entry.manifest for entry in entries(kept, "main").entries if entry.manifest.id.text == backup)
    own = OwnServer(lambda: url, "", lambda _: False)
    with patch("functions.verify.bringing.find_differences", _die):
        drill.drill(manifest, means(kept, programs, folder, own_server=own))


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
