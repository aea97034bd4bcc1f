"""Further clients of what a test works with: a fault in one of them must not hit the test's own calls."""

from typing import Any

import boto3

from caretaker.core.store.table import Table


def client_like(table: Table) -> Any:  # a client whose class is made while it runs
    """Return another client that reaches a table where it is."""
    meta = table.client.meta
    return boto3.client(
        "dynamodb",
        endpoint_url=meta.endpoint_url,
        region_name=meta.region_name,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
