"""template.yaml with the defaults of its parameters, translated once for all tests that one worker runs."""

from functools import cache
from pathlib import Path

from caretaker.local.stack.template import PlainTemplate, read_template

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@cache
def plain() -> PlainTemplate:
    """Return what AWS would see of it."""
    return read_template(TEMPLATE)
