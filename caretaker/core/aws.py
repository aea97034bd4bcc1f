"""Clients of AWS services.

botocore alone makes them: boto3 would add its resources and its transfer manager to what every cold start loads.
"""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=5)


@cache
def client(service: str) -> Any:  # each service's client has a class of its own, made while it runs
    """Return the client of a service, such as ``dynamodb``; throttling and passing faults are retried by it."""
    return _session().create_client(service, config=_CONFIG)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()
