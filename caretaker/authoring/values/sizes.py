"""Sizes: ``512kB``, ``1MB``, in bytes; a kB is 1000 bytes."""

import re

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.wording import kind, quoted

PATTERN = r"^[0-9]+(\.[0-9]+)?(B|kB|MB)$"
LARGEST = 10_000_000  # bytes: two hundred bodies may be in a function's memory at once
_BYTES = {"B": 1, "kB": 1000, "MB": 1_000_000}
_WRITTEN = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(B|kB|MB)")


def parse_size(written: object) -> int:
    """Return the bytes of a size; raise ``Unfit`` if it is not written as one, or not between 1 B and 10 MB."""
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        raise Unfit(f"a size is needed, not {kind(written)}", "Write it as 512kB or 1MB.")
    if not isinstance(written, str):
        raise Unfit("a size needs a unit", f"Write {written}B if bytes are meant.")
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise Unfit(f"{quoted(written)} is not a size", "Write it as 512kB or 1MB.")
    size = int(float(found[1]) * _BYTES[found[2]])
    if not 1 <= size <= LARGEST:
        raise Unfit(f"{written} is too {'small' if size < 1 else 'large'}", "Write one between 1B and 10MB.")
    return size
