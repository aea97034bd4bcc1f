"""What became of what somebody has asked for by hand: how far it is, and how it ended."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from caretaker.core.store.table import SCHEMA, Table, key, number, refuse_newer, text

_KEPT = timedelta(days=7)

Stage = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request is; ``details`` are JSON, and depend on what was asked for."""

    stage: Stage
    details: Mapping[str, Any] = field(default_factory=dict)


def note(table: Table, request: str, progress: Progress, now: datetime) -> None:
    """Write down how far a request is."""
    table.put(
        {
            **key(_pk(request), "-"),
            "schema": number(SCHEMA),
            "stage": text(progress.stage),
            "details": text(json.dumps(dict(progress.details), separators=(",", ":"))),
            "expires_at": number(int((now + _KEPT).timestamp())),
        }
    )


def look_up(table: Table, request: str) -> Progress | None:
    """Return how far a request is, None if nobody has begun with it; raise ``NewerItem``."""
    item = table.get([(_pk(request), "-")]).get((_pk(request), "-"))
    if item is None:
        return None
    refuse_newer(item, f"request {request}")
    stages: dict[str, Stage] = {"running": "running", "done": "done", "failed": "failed"}
    return Progress(stages[item["stage"]["S"]], json.loads(item["details"]["S"]))


def _pk(request: str) -> str:
    return f"REQUEST#{request}"
