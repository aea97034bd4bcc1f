"""Clients of AWS services, one of each for a process.

They are botocore's own: boto3, which wraps them, would add 20 ms to each start of a function.
"""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=5)


@cache
def client(service: str, config: Config = _CONFIG) -> Any:  # each service's client has a class of its own
    """Return the client of a service, such as ``dynamodb``; throttling and passing faults are retried by it."""
    return _session().create_client(service, config=config)


@cache
def _session() -> Session:
    return get_session()
