"""References to secrets: ``${ssm:NAME}``, ``${secret:NAME}``, ``${env:NAME}``.

Each function's role reads the names under its own section's prefix and no others.
"""

import re

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.wording import near, quoted
from caretaker.core.secrets import REFERENCE, without_references

_OPENING = re.compile(r"\$\{\s*([A-Za-z_]*)")
_LOOKS_LIKE_ONE = re.compile(r"\$\{\s*([A-Za-z_]+)\s*:")
_SOURCES = ("ssm", "secret", "env")
UNKNOWN_ENVIRONMENT = "ENVIRONMENT"  # stands in a prefix while the environment's name is not known
_NAME = re.compile(r"/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FORMS = "Write ${ssm:NAME}, ${secret:NAME} or ${env:NAME}."


def check_references(text: str, *, prefix: str, for_deployment: bool) -> str:
    """Return a text whose references are all well written and lie under a prefix; raise ``Unfit`` otherwise."""
    rest = without_references(text)
    for found in REFERENCE.finditer(text):
        _check(found[1], found[2], prefix, for_deployment)
    if opening := _OPENING.search(rest):
        source = opening[1]
        meant = near(source, _SOURCES) if source not in _SOURCES else ""
        advice = f"{meant} {_FORMS}".lstrip()
        raise Unfit("a reference (${…}) is not complete or not known", advice)
    return text


def refuse_references(text: str) -> str:
    """Return a text without references; raise ``Unfit`` if it has one."""
    if found := REFERENCE.search(text):
        raise Unfit(
            f"a reference (${{{found[1]}:…}}) is not possible here",
            "Secrets belong in url, headers, body, auth and the address of a channel.",
        )
    return text


def refuse_misspelt(text: str, *, prefix: str, for_deployment: bool) -> str:
    """Return a text in which ``${`` may also stand for something else, once its references are checked."""
    for found in REFERENCE.finditer(text):
        _check(found[1], found[2], prefix, for_deployment)
    for opening in _LOOKS_LIKE_ONE.finditer(without_references(text)):
        if near(opening[1], _SOURCES):
            raise Unfit("a reference (${…}) is not complete or not known", _FORMS)
    return text


def filled(text: str) -> str:
    """Return an address with harmless values in place of its references, to judge the rest of it by."""
    return REFERENCE.sub(lambda found: "1" if _is_port(text, found) else "x", text)


def _is_port(text: str, found: re.Match[str]) -> bool:
    after = text[found.end() : found.end() + 1]
    return text[: found.start()].endswith(":") and after in ("", "/", "?", "#")


def _check(source: str, name: str, prefix: str, for_deployment: bool) -> None:
    if source == "env":
        _check_variable(name, prefix, for_deployment)
        return
    if not _NAME.fullmatch(name):
        advice = f"Write ${{{source}:{prefix}NAME}}: letters, digits and . _ - between slashes."
        raise Unfit(f"the name in ${{{source}:…}} is not well written", advice)
    # The Parameter Store's names begin with a slash, which may be left out; those of Secrets Manager have none.
    allowed = re.escape(prefix).replace(UNKNOWN_ENVIRONMENT, "[^/]+")
    if not re.match(allowed + ".", name.removeprefix("/") if source == "ssm" else name):
        own = name.rstrip("/").rpartition("/")[2]
        raise Unfit(
            f"{quoted(name)} lies outside of what this function may read",
            f"Store it under {prefix} and write ${{{source}:{prefix}{own}}}.",
        )


def _check_variable(name: str, prefix: str, for_deployment: bool) -> None:
    if not _VARIABLE.fullmatch(name):
        raise Unfit("the name in ${env:…} is not that of a variable", "Write ${env:NAME}.")
    if for_deployment:
        raise Unfit(
            f"${{env:{name}}} works on your own machine only",
            f"For a deployment store it under {prefix} and write ${{ssm:{prefix}{name.lower().replace('_', '-')}}}.",
        )
