"""Imports moto without what only its EC2 and its API Gateway need: most of the time that its import takes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import boto3
from moto.utilities import utils

_OPENAPI = "openapi_spec_validator"


@contextmanager
def without_unserved() -> Iterator[None]:
    """Inside this block moto's CloudFormation, which imports every service, imports less of two that are not served.

    EC2 is without its tables, which hold every instance type and zone of every region, and API Gateway without what
    judges descriptions of interfaces.
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
    instead = {} if _OPENAPI in sys.modules else _judging_nothing()
    sys.modules.update(instead)
    try:
        yield
    finally:
        utils.load_resource = load
        boto3.Session.get_available_regions = regions  # type: ignore[method-assign]
        for name in instead:
            del sys.modules[name]


def _judging_nothing() -> dict[str, ModuleType]:
    """Return what API Gateway imports to judge, with nothing behind its names."""
    names = (_OPENAPI, f"{_OPENAPI}.validation", f"{_OPENAPI}.validation.exceptions")
    package, _, exceptions = modules = [ModuleType(name) for name in names]
    package.validate, exceptions.OpenAPIValidationError = None, ValueError  # type: ignore[attr-defined]
    return dict(zip(names, modules, strict=True))
