"""HTTP statuses: one (``204``) or a range (``200-299``), both ends included."""

import re

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.wording import kind, quoted

PATTERN = r"^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$"
_WRITTEN = re.compile(r"([0-9]{3})(?:\s*-\s*([0-9]{3}))?")
_CLASS = re.compile(r"([1-5])xx", re.IGNORECASE)

Range = tuple[int, int]


def parse_status(written: object) -> Range:
    """Return the range that a status or range stands for; raise ``Unfit`` outside 100 to 599."""
    if isinstance(written, bool) or not isinstance(written, str | int):
        raise Unfit(f"a status is needed, not {kind(written)}", "Write 204, or a range such as 200-299.")
    text = str(written)
    if found := _CLASS.fullmatch(text):
        raise Unfit(f"{quoted(text)} is not a status", f"Write {found[1]}00-{found[1]}99.")
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise Unfit(f"{quoted(text)} is not a status", "Write 204, or a range such as 200-299.")
    low, high = int(found[1]), int(found[2] or found[1])
    if not (100 <= low <= 599 and 100 <= high <= 599):
        raise Unfit(f"{quoted(text)} is not a status", "HTTP statuses lie between 100 and 599.")
    if low > high:
        raise Unfit(f"the range {text} runs backwards", f"Write {high}-{low}.")
    return low, high
