"""The JSON Schema of caretaker.yaml, for completion and checking in editors."""

from typing import Any

from caretaker.authoring.model.configuration import Configuration

Schema = dict[str, Any]  # JSON Schema describes itself no closer

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Schema:
    """Return the JSON Schema of a configuration file."""
    schema = Configuration.model_json_schema(by_alias=True)
    return {"$schema": _DIALECT, **_without_null(schema)} | {"title": "caretaker.yaml"}


def _without_null(schema: Schema) -> Schema:
    """Return a schema in which a key that may be left out must not be there without a value."""
    if "anyOf" in schema and {"type": "null"} in schema["anyOf"] and schema.get("default", 0) is None:
        choices = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
        rest = {name: part for name, part in schema.items() if name not in ("anyOf", "default")}
        schema = rest | (choices[0] if len(choices) == 1 else {"anyOf": choices})
    return {name: _part(name, part) for name, part in schema.items() if not _is_noise(name, part)}


def _is_noise(name: str, part: Any) -> bool:
    # A section's default is shown key by key where the section is described.
    is_section = name == "default" and (part is None or (isinstance(part, dict) and bool(part)))
    return is_section or (name == "title" and isinstance(part, str))


def _part(name: str, part: Any) -> Any:
    match part:
        case dict() if name != "default":
            return _without_null(part)
        case list() if name != "default":
            return [_part(name, item) for item in part]
        case _:
            return part
