"""Addresses, as far as something in them is secret."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

_USER = re.compile(r"[^/?#]*//([^/?#]*)@")


def password(url: str) -> Iterator[str]:
    """Yield the password in an address, as it is written and as it is meant; nothing if there is none.

    An address that is not well formed has one as well: a bracket in it is no reason to show it.
    """
    found = _USER.match(url)
    written = found[1].partition(":")[2] if found else ""
    if written:
        yield written
        yield unquote(written)
