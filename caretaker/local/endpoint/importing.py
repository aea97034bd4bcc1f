"""Imports moto without what only its EC2 needs: two thirds of the time that its import takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto.utilities import utils


@contextmanager
def without_ec2() -> Iterator[None]:
    """Inside this block moto's EC2, which its CloudFormation imports, is imported without its tables.

    They hold every instance type and zone of every region. EC2 is not served afterwards.
    """
    load, regions = utils.load_resource, boto3.Session.get_available_regions

    def load_resource(resource: str) -> Any:
        return {} if resource.startswith("ec2/") else load(resource)

    def available_regions(
        session: boto3.Session, service_name: str, partition_name: str = "aws", allow_non_regional: bool = False
    ) -> list[str]:
        if service_name == "ec2":
            return []
        return regions(session, service_name, partition_name, allow_non_regional)

    utils.load_resource = load_resource
    boto3.Session.get_available_regions = available_regions  # type: ignore[assignment]  # mypy binds it twice
    try:
        yield
    finally:
        utils.load_resource = load
        boto3.Session.get_available_regions = regions  # type: ignore[method-assign]
