"""JMESPath expressions: where in a JSON document a value is found.

Source: https://jmespath.org/specification.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.wording import nearest, quoted

LONGEST = 300  # characters

Tree = Mapping[str, Any]  # jmespath describes its syntax tree no closer


def check_path(path: str) -> str:
    """Return an expression that can be evaluated; raise ``Unfit`` for any other."""
    if len(path) > LONGEST:
        raise Unfit(f"the path is longer than {LONGEST} characters", "Look at something nearer to the root.")
    try:
        tree = jmespath.compile(path).parsed
    except (JMESPathError, RecursionError):
        raise Unfit(f"{quoted(path)} is not a JMESPath expression", _advice(path)) from None
    for name in _functions(tree):
        if name not in Functions.FUNCTION_TABLE:
            raise Unfit(f"JMESPath has no function {quoted(name)}", nearest(name, Functions.FUNCTION_TABLE))
    return path


def _functions(tree: Tree) -> Iterator[str]:
    if tree["type"] == "function_expression":
        yield tree["value"]
    for child in tree["children"]:
        if isinstance(child, Mapping):
            yield from _functions(child)


def _advice(path: str) -> str:
    if path and all(part.replace("-", "").replace("_", "").isalnum() for part in path.split(".")):
        inner = ".".join(f'"{part}"' if "-" in part or part[0].isdigit() else part for part in path.split("."))
        return f"Put names with dashes, or that begin with a digit, in double quotes: '{inner}'."
    return "Write it like services.database or items[0].state (see jmespath.org)."
