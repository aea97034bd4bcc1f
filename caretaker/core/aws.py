"""Clients of AWS services, one of each for a process."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=5)


@cache
def client(service: str) -> Any:  # each service's client has a class of its own, made while it runs
    """Return the client of a service, such as ``dynamodb``; throttling and passing faults are retried by it."""
    return boto3.client(service, config=_CONFIG)  # type: ignore[call-overload] # the name is not a literal
