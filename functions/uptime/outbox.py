"""How long messages wait: measured here, because notify cannot say of itself that it does nothing."""

from collections.abc import Callable
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.store.table import Table
from caretaker.core.store.waiting import longest_wait
from caretaker.core.telemetry import Metric, logger, measure


def measure_outbox(table: Table, clock: Callable[[], datetime]) -> None:
    """Measure how long the oldest message has waited; that it cannot be known fails no run."""
    try:
        waited = longest_wait(table, clock())
    except (BotoCoreError, ClientError) as failure:
        logger.warning("the outbox could not be looked at", metadata={"reason": type(failure).__name__})
    else:
        measure(Metric.OLDEST_UNSENT, round(waited, 3))
