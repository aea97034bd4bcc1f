"""The one home of logs and metrics.

Logs are JSON lines with ``timestamp``, ``level``, ``service``, ``message`` and what the line is about.
Metrics are written as CloudWatch's embedded metric format, aggregates only: a dimension for each
target would cost more than the rest of the stack.
"""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

__all__ = ["MetricUnit", "logger", "metrics"]

logger = Logger(utc=True, use_rfc3339=True)
metrics = Metrics()
