"""What pydantic found, in sentences."""

import typing
from collections.abc import Sequence

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from caretaker.authoring.mistakes import Objection, Unfit
from caretaker.authoring.model.configuration import Configuration
from caretaker.authoring.model.targets import kind_of
from caretaker.authoring.wording import kind, named, nearest

_NEEDED = {
    "string_type": ("text is", "Put it in quotes."),
    "bool_type": ("true or false is", "Write true or false."),
    "list_type": ("a list is", "Write [ONE, ANOTHER], or one item a line behind a dash."),
    "dict_type": ("keys and values are", "Write {KEY: VALUE}, or one KEY: VALUE a line."),
    "model_type": ("keys and values are", "Write {KEY: VALUE}, or one KEY: VALUE a line."),
}


def explain(error: ErrorDetails) -> Objection:
    """Return one of pydantic's errors as a sentence."""
    place = tuple(part for part in error["loc"] if part != "[key]")
    path = tuple(part for part in place if kind_of(str(part)) is None)
    fault, context = error["type"], error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, Unfit):
        return Objection(path, cause.message, cause.suggestion)
    if fault == "missing":
        return Objection(path[:-1], f"{path[-1]} is missing", _description(place))
    if fault == "extra_forbidden":
        key = str(path[-1])
        return Objection(path, f"there is no key {named(key)} here", nearest(key, _keys(place)), at_key=True)
    if fault in _NEEDED:
        needed, advice = _NEEDED[fault]
        return Objection(path, f"{needed} needed, not {kind(error['input'])}", advice)
    if fault == "too_short":
        return Objection(path, f"the list has too few items: at least {context['min_length']} is needed")
    if fault == "too_long":
        return Objection(path, f"the list has too many items: at most {context['max_length']} is possible")
    return Objection(path, error["msg"][:1].lower() + error["msg"][1:])


def _keys(path: Sequence[str | int]) -> list[str]:
    model = _model(path)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _description(path: Sequence[str | int]) -> str:
    model = _model(path)
    field = model.model_fields.get(str(path[-1])) if model else None
    return (field.description or "") if field else ""


def _model(path: Sequence[str | int]) -> type[BaseModel] | None:
    """Return the model whose key the last part of a path is, or would have to be."""
    found: object = Configuration
    for part in path[:-1]:
        found = _inside(found, part)
    return next(_models(found), None)


def _inside(model_or_list: object, part: str | int) -> object:
    if isinstance(part, int):
        return model_or_list
    if tagged := kind_of(part):
        return tagged
    if typing.get_origin(model_or_list) is dict:
        return typing.get_args(model_or_list)[1]
    model = next(_models(model_or_list), None)
    fields = model.model_fields.items() if model else ()
    return next((field.annotation for name, field in fields if (field.alias or name) == part), None)


def _models(annotation: object) -> typing.Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _models(part)
