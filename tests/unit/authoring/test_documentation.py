"""What docs/configuration.md shows can be written, and it leaves nothing out."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from caretaker.authoring import json_schema
from tests.unit.authoring.finding import Mistakes

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_can_be_deployed(mistakes: Mistakes, example: str) -> None:
    if example.startswith("- "):
        example = "environment: production\nuptime:\n  targets:\n" + indent(example, "    ")
    assert mistakes(example) == ()


def test_every_key_is_explained() -> None:
    schema = json_schema()
    keys = {key for part in (schema, *schema["$defs"].values()) for key in part.get("properties", {})}
    mentioned = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))
    assert keys - mentioned == set()


def test_every_default_is_named() -> None:
    defaults = json_schema()["$defs"]["Defaults"]["properties"]
    for key, described in defaults.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{key}`"))
        assert row.split("|")[2].strip() == f"`{described['default']}`"


def test_the_mistakes_shown_are_what_is_said(mistakes: Mistakes) -> None:
    text = "environment: p\nuptime:\n  targets:\n    - name: api\n      group: x\n      url: api.example.com\n"
    (shown,) = re.findall(r"uptime\.targets\[api\]\.url: (.*)", PAGE)
    assert str(mistakes(text)[0]).endswith(shown)
