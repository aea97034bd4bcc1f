"""The conditions under which a round of looks takes place."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from caretaker.core.secrets import Redactor

MOST_AT_ONCE = 200  # a function in Lambda has 1,024 descriptors


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a round of looks is given.

    ``observed_at`` is the scheduled time of the run. ``deadline`` is when all must be finished, in
    seconds of ``monotonic``. ``limit`` is how many looks may be under way at once. ``runtime_api`` is
    the ``host:port`` of Lambda's Runtime API, which no redirect may reach.
    """

    observed_at: datetime
    deadline: float
    redactor: Redactor = field(default_factory=Redactor)
    monotonic: Callable[[], float] = time.monotonic
    limit: int = MOST_AT_ONCE
    runtime_api: str = ""
