"""One local AWS for all tests here, with functions of its own; each test begins with an empty stack."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import boto3
import pytest

from caretaker.local.aws import LocalAws

HERE = Path(__file__).parent
TEMPLATE = HERE / "template.yaml"
_WITH_BOTO3 = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py")


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The folders that the functions run from: boto3 is among what they hold."""
    packages = Path(boto3.__file__).parents[1]
    probe = tmp_path_factory.mktemp("artifacts") / "probe"
    probe.mkdir()
    (probe / "probe.py").write_bytes((HERE / "functions/probe/probe.py").read_bytes())
    for name in _WITH_BOTO3:
        (probe / name).symlink_to(packages / name)
    return {"probe": probe, "single": probe, "broken": probe, "reader": HERE / "functions/reader"}


@pytest.fixture(scope="session")
def shared_aws(artifacts: Mapping[str, Path]) -> Iterator[LocalAws]:
    """A local AWS started by somebody with settings of their own."""
    os.environ["LEAKED"] = "from the caller"
    try:
        with LocalAws(template=TEMPLATE, artifacts=artifacts) as aws:
            yield aws
    finally:
        del os.environ["LEAKED"]


@pytest.fixture
def aws(shared_aws: LocalAws) -> LocalAws:
    """A local AWS with an empty stack."""
    shared_aws.reset()
    return shared_aws
