"""What the compiled form of every section is made of."""

from collections.abc import Iterable
from typing import Any

from caretaker.authoring.model.slowness import SlowLevel

Section = dict[str, Any]  # a JSON object: its values are of any JSON type


def levels(written: Iterable[SlowLevel]) -> list[Section]:
    """Return levels of slowness, compiled."""
    return [{"over": level.over, "severity": level.severity.value} for level in written]
