"""template.yaml as CloudFormation sees it."""

import pytest

from tests.template.plain import plain
from tests.template.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack(plain().resources)
