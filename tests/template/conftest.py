"""template.yaml as CloudFormation sees it."""

from pathlib import Path

import pytest

from caretaker.local.stack.template import read_template
from tests.template.stack import Stack

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack(read_template(ROOT / "template.yaml").resources)
