"""How much evidence is enough: ``2 of 3``."""

import re

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.wording import kind, quoted

PATTERN = r"^[0-9]{1,2} of [0-9]{1,2}$"
LONGEST = 12  # runs that a check's state remembers
_WRITTEN = re.compile(r"([0-9]{1,9})\s+of\s+([0-9]{1,9})")

Quorum = tuple[int, int]


def parse_quorum(written: object) -> Quorum:
    """Return M and N of ``M of N``; raise ``Unfit`` unless 1 ≤ M ≤ N ≤ 12."""
    if not isinstance(written, str):
        raise Unfit(f"a count such as '2 of 3' is needed, not {kind(written)}", "Write how many of the last runs.")
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        raise Unfit(f"{quoted(written)} is not a count of runs", "Write it as 2 of 3: two bad ones of the last three.")
    bad, of = int(found[1]), int(found[2])
    if of > LONGEST:
        raise Unfit(f"{of} runs are more than are remembered", f"Look at the last {LONGEST} at most.")
    if bad < 1:
        raise Unfit("0 bad runs would always be an incident", "Write 1 or more.")
    if bad > of:
        raise Unfit(f"{bad} of {of} can never be reached", f"Write {of} of {bad}, or {bad} of {bad}.")
    return bad, of
