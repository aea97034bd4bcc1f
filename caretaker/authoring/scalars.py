"""What an unquoted word means: the YAML 1.2 core schema.

``yes``, ``no``, ``on`` and ``off`` are text, ``010`` is ten, ``12:30`` and dates are text.
Source: https://yaml.org/spec/1.2.2/#103-core-schema
"""

import re

from caretaker.authoring.mistakes import Unfit

Scalar = str | int | float | bool | None

_CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LONGEST_NUMBER = 300  # characters; a float of more digits than that is infinite anyway


def resolve(text: str) -> Scalar:
    """Return the value of an unquoted scalar; raise ``Unfit`` for a number that no computer compares."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if not text or text[0] not in "-+.0123456789":
        return text
    if _NOT_FINITE.fullmatch(text):
        raise Unfit("infinite and undefined numbers are not possible", "Write a finite number, or put it in quotes.")
    if len(text) > _LONGEST_NUMBER:
        if _FLOAT.fullmatch(text):
            raise Unfit("the number is too long", "If it is meant as text, put it in quotes.")
        return text
    return _number(text)


def _number(text: str) -> Scalar:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text, 0)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise Unfit("the number is too large", "If it is meant as text, put it in quotes.")
        return number
    return text
