"""The one home of logs and metrics.

Logs are JSON lines with ``timestamp``, ``level``, ``service``, ``message`` and what the line is about.
Figures for graphs are part of those lines. A metric costs each month as much as 25,000 runs do, so that there
are only those which an alarm watches or a graph cannot do without, and none has a dimension.
"""

import json
import sys
from enum import StrEnum
from os import environ
from time import time

from aws_lambda_powertools import Logger

__all__ = ["Metric", "logger", "measure"]

logger = Logger(utc=True, use_rfc3339=True)


class Metric(StrEnum):
    """What is measured. Each is one metric for the whole stack, whichever function measures it."""

    CHECKS_FAILED = "ChecksFailed"
    OLDEST_UNSENT = "OldestUnsent"
    BACKUP_AGE = "BackupAge"
    FALLBACK_FAILED = "FallbackFailed"


_UNITS = {
    Metric.CHECKS_FAILED: "Count",
    Metric.OLDEST_UNSENT: "Seconds",
    Metric.BACKUP_AGE: "None",  # hours, for which CloudWatch has no word
    Metric.FALLBACK_FAILED: "Count",
}


def measure(metric: Metric, value: float) -> None:
    """Write a metric's value of this moment, as a line that CloudWatch reads.

    Source: CloudWatch's embedded metric format. The namespace is the stack's own, for two may be in one account.
    """
    directive = {
        "Namespace": environ.get("CARETAKER_METRICS", "Caretaker"),
        "Dimensions": [[]],
        "Metrics": [{"Name": metric, "Unit": _UNITS[metric]}],
    }
    line = {"_aws": {"Timestamp": int(time() * 1000), "CloudWatchMetrics": [directive]}, metric.value: value}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
