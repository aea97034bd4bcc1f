"""template.yaml as CloudFormation sees it."""

from pathlib import Path
from typing import Any

import pytest

from caretaker.local.stack.template import PlainTemplate, read_template

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def template() -> PlainTemplate:
    """The translated template."""
    return read_template(ROOT / "template.yaml")


@pytest.fixture(scope="session")
def resources(template: PlainTemplate) -> dict[str, Any]:
    """The resources of the translated template by their logical ids."""
    return dict(template.resources)
