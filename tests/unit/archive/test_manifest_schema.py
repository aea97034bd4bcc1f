"""The published schema of manifests and what we believe ourselves are the same."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest_file import UnreadableManifest, decode, encode
from tests.backups import MANIFEST_SCHEMA, manifest

WHOLE = manifest(excluded_table_data=("audit.raw_events",))
KEY = WHOLE.id.key(MANIFEST)
SCHEMA: Any = MANIFEST_SCHEMA.schema


def test_the_schema_is_one_and_describes_every_key() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert not [path for path, part in _properties(SCHEMA) if not part.get("description")]


def _properties(schema: dict[str, Any], where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in schema.get("properties", {}).items():
        yield f"{where}{name}", part
        yield from _properties(part.get("items", part), f"{where}{name}.")


def _places(value: object, where: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where every value of a document is, its own first."""
    if where:
        yield where
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inside:
        yield from _places(part, (*where, name))


PLACES = list(_places(json.loads(encode(WHOLE))))


LATER = {("server", name) for name in ("provider", "locale", "rules")}  # not in the manifests of all releases


@pytest.mark.parametrize("place", [one for one in PLACES if isinstance(one[-1], str) and one not in LATER], ids=repr)
def test_a_missing_key_is_named_by_us_and_found_by_the_schema(place: tuple[str | int, ...]) -> None:
    document = json.loads(encode(WHOLE))
    del _holder(document, place)[place[-1]]
    assert not MANIFEST_SCHEMA.is_valid(document)
    with pytest.raises(UnreadableManifest, match=rf"{place[-1]} is missing"):
        decode(json.dumps(document).encode(), KEY)


@pytest.mark.parametrize("place", PLACES, ids=repr)
def test_we_believe_no_value_that_the_schema_refuses(place: tuple[str | int, ...]) -> None:
    believed = []
    wrongs: tuple[object, ...] = (-1, 1.5, "", "x", True, [], [1], {}, None)
    for wrong in wrongs:
        document = json.loads(encode(WHOLE))
        _holder(document, place)[place[-1]] = wrong
        with suppress(UnreadableManifest):
            decode(json.dumps(document).encode(), KEY)
            believed.append(document)
    assert all(map(MANIFEST_SCHEMA.is_valid, believed))


def _holder(document: Any, place: tuple[str | int, ...]) -> Any:
    for name in place[:-1]:
        document = document[name]
    return document
