"""Regular expressions, in the dialect of RE2: matching takes time in proportion to the text, whatever the pattern.

Source: https://github.com/google/re2/wiki/Syntax
"""

import re
from functools import cache

import re2

from caretaker.authoring.mistakes import Unfit

LONGEST = 1000  # characters
_LOOKAROUND = re.compile(r"\(\?(=|!|<=|<!|>)")
_BACKREFERENCE = re.compile(r"\\[1-9]|\(\?P=|\\k<")


def check_pattern(pattern: str) -> str:
    """Return a pattern that RE2 understands; raise ``Unfit`` for any other."""
    if not pattern:
        raise Unfit("an empty pattern matches everything", "Write what must be found, or remove this.")
    if len(pattern) > LONGEST:
        raise Unfit(f"the pattern is longer than {LONGEST} characters", "Look for something shorter.")
    try:
        re2.compile(pattern, _options())
    except re2.error as error:
        raise Unfit(f"the pattern is not understood ({_reason(error)})", _advice(pattern)) from None
    return pattern


@cache
def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False  # else the library writes them to stderr itself
    return options


def _reason(error: re2.error) -> str:
    reason = error.args[0] if error.args else b""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


def _advice(pattern: str) -> str:
    if _LOOKAROUND.search(pattern):
        return "RE2 has no lookaround: write two expectations, such as matches and not_contains."
    if _BACKREFERENCE.search(pattern):
        return "RE2 has no backreferences: write out what must be repeated."
    return "Put a backslash before signs that are meant literally, and the whole pattern in single quotes."
