"""Regular expressions that take time linear in what they search."""

from functools import cache
from typing import Any


@cache
def pattern(text: str) -> Any:  # re2 comes without types
    """Return a compiled RE2 pattern. The library is loaded when there is the first one."""
    import re2

    return re2.compile(text)
