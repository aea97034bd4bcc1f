"""Further clients of what a test works with: a fault in one of them must not hit the test's own calls."""

from typing import Any

import boto3

from caretaker.core.store.table import Table


def client_like(table: Table) -> Any:  # a client whose class is made while it runs
    """Return another client that reaches a table where it is."""
    return client_at(table.client.meta.endpoint_url, table.client.meta.region_name)


def client_at(endpoint: str, region: str) -> Any:
    """Return a client that reaches the tables of a moto server."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
