"""Clients of moto's AWS, and further ones for a test: a fault in one of them must not hit the test's own calls."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from caretaker.core.store.table import Table


def client_at(service: str, endpoint: str, region: str = "us-east-1", config: Config | None = None) -> Any:
    """Return a client of a service of a moto server, whose class is made while it runs."""
    return session().client(  # type: ignore[call-overload] # of any service
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=config,
    )


@cache
def session() -> boto3.Session:
    """Return what clients are made with: it reads botocore's descriptions of the services once."""
    return boto3.Session()


def client_like(table: Table) -> Any:  # a client whose class is made while it runs
    """Return another client that reaches a table where it is."""
    return client_at("dynamodb", table.client.meta.endpoint_url, table.client.meta.region_name)
