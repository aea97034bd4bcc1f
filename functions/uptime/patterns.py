"""Regular expressions that take time linear in what they search."""

from functools import cache
from typing import Any


@cache
def _pattern(text: str) -> Any:  # re2 comes without types
    """Return a compiled RE2 pattern. The library is loaded when there is the first one."""
    import re2

    return re2.compile(text)


def found(text: str, searched: str) -> bool:
    """Whether a pattern is found in a text; half a surrogate pair, which JSON may hold, matches as a question mark."""
    return _pattern(text).search(searched.encode("utf-8", "replace").decode()) is not None
