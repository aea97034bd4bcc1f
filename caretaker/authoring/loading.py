"""From a file to a checked configuration, or to everything that is wrong with the file."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path as FilePath

from pydantic import ValidationError

from caretaker.authoring.agreement import disagreements, empties
from caretaker.authoring.composing import Fault, Unreadable, compose
from caretaker.authoring.explaining import explain
from caretaker.authoring.mistakes import ConfigurationError, Mistake, Objection
from caretaker.authoring.model.base import Context
from caretaker.authoring.model.configuration import Configuration
from caretaker.authoring.model.texts import NAME_PATTERN
from caretaker.authoring.nodes import Node, Path, Plain, key_position, position, shown_path
from caretaker.authoring.reading import read_text
from caretaker.authoring.values.references import UNKNOWN_ENVIRONMENT

MOST_MISTAKES = 200  # nobody corrects more at once


def load(path: FilePath, *, for_deployment: bool) -> Configuration:
    """Return the configuration in a file; raise ``ConfigurationError`` with all mistakes in it.

    For a deployment ``${env:…}`` and passwords in addresses are mistakes, too.
    """
    root, faults = _document(path)
    mistakes = [_fault(path, fault) for fault in faults]
    tree = root.plain()
    found = _validate(tree, _context(tree, path, for_deployment))
    complaints = found if isinstance(found, list) else []
    objections = chain(empties(tree), disagreements(root), complaints)
    mistakes += (_mistake(path, root, objection) for objection in islice(_worth_saying(objections), MOST_MISTAKES))
    if mistakes or isinstance(found, list):
        raise ConfigurationError(mistakes)
    return found


def _document(path: FilePath) -> tuple[Node, tuple[Fault, ...]]:
    try:
        root, faults = compose(read_text(path))
    except Unreadable as unreadable:
        raise ConfigurationError([_fault(path, unreadable.fault)]) from None
    if root is None or root.value is None:
        message, advice = "the file is empty", "Begin it with environment: production, and what to watch below uptime:."
        raise ConfigurationError([Mistake(str(path), 0, 0, "", message, advice)])
    if not isinstance(root.value, dict):
        message, advice = "keys and values are needed", "Begin the file with environment: production."
        place = root.position
        raise ConfigurationError([Mistake(str(path), place.line, place.column, "", message, advice)])
    return root, faults


def _context(tree: Plain, path: FilePath, for_deployment: bool) -> Context:
    environment = tree.get("environment") if isinstance(tree, dict) else None
    known = isinstance(environment, str) and re.fullmatch(NAME_PATTERN, environment)
    return Context(str(environment) if known else UNKNOWN_ENVIRONMENT, path.parent, for_deployment)


def _validate(tree: Plain, context: Context) -> Configuration | list[Objection]:
    try:
        return Configuration.model_validate(tree, context=context)
    except ValidationError as error:
        return [explain(detail) for detail in islice(error.errors(include_url=False), MOST_MISTAKES)]


def _worth_saying(objections: Iterable[Objection]) -> Iterator[Objection]:
    covered: list[Path] = []
    for objection in objections:
        if any(objection.path[: len(path)] == path for path in covered):
            continue
        if objection.covers is not None:
            covered.append(objection.covers)
        yield objection


def _mistake(path: FilePath, root: Node, objection: Objection) -> Mistake:
    find = key_position if objection.at_key else position
    place = find(root, objection.path)
    shown = shown_path(root, objection.path)
    return Mistake(str(path), place.line, place.column, shown, objection.message, objection.suggestion)


def _fault(path: FilePath, fault: Fault) -> Mistake:
    return Mistake(str(path), fault.position.line, fault.position.column, "", fault.message, fault.suggestion)
