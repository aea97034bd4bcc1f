"""The published JSON Schema is the models', and says the same as they do."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from caretaker.authoring import json_schema

ROOT = Path(__file__).parents[3]
VALIDATOR = Draft202012Validator(json_schema())


def test_the_published_schema_is_current() -> None:
    published = json.loads((ROOT / "docs" / "caretaker.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema(), "run: caretaker config schema > docs/caretaker.schema.json"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


def test_every_key_is_described() -> None:
    schema = json_schema()
    undescribed = [
        f"{name}.{key}"
        for name, part in {"": schema, **schema["$defs"]}.items()
        for key, value in part.get("properties", {}).items()
        if not value.get("description") and "$ref" not in value
    ]
    assert not undescribed


def test_the_example_fits_the_schema() -> None:
    VALIDATOR.validate(yaml.safe_load((ROOT / "caretaker.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "target",
    [
        {"name": "a"},
        {"name": "a", "url": "ftp://x"},
        {"name": "a b", "url": "http://x"},
        {"name": "a", "url": "http://x", "timout": "5s"},
        {"name": "a", "url": "http://x", "timeout": 5},
        {"name": "a", "url": "http://x", "timeout": None},
        {"name": "a", "url": "http://x", "ip": 5},
        {"name": "a", "url": "http://x", "expect": {"status": "2xx"}},
        {"name": "a", "url": "http://x", "expect": {"json": {"a": {"mx": 1}}}},
    ],
)
def test_an_editor_sees_mistakes_too(target: object) -> None:
    assert not VALIDATOR.is_valid({"environment": "p", "uptime": {"targets": [target]}})


@pytest.mark.parametrize(
    "target",
    [
        {"url": "http://x", "ip": 4, "recheck": 2, "timeout": "5s", "confirm": "2 of 3"},
        {"url": "${ssm:caretaker/p/uptime/url}", "recheck": {"times": 1}, "ip": "any"},
        {"url": "http://x", "expect": {"status": 204, "slow": "5s", "contains": "a", "json": {"a": None, "b": 1}}},
        {"url": "http://x", "expect": {"status": ["200-299", 304], "slow": [{"over": "1s"}], "matches": ["a"]}},
        {"url": "http://x", "expect": {"json": {"a": {"max": 1}, "b": [{"max": 1, "severity": "low"}]}}},
    ],
)
def test_an_editor_takes_what_can_be_written(target: dict[str, object]) -> None:
    VALIDATOR.validate({"environment": "p", "uptime": {"targets": [{"name": "a", **target}]}})
