"""Whatever a file holds, it is right or explained, and no secret of it is repeated."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caretaker.authoring import ConfigurationError, load
from tests.unit.authoring.finding import MINIMAL, Mistakes

SECRETIVE = """\
environment: production
uptime:
  targets:
    - {name: a, url: "https://admin:hunter2@a.example:x/", auth: {basic: [me, hunter2, hunter2]}, body: 5}
    - {name: b, url: "a.example/?token=hunter2", headers: {"hunter2 x": y, Key: "${hunter2"}}
    - {name: c, url: "http://a.example/ ?token=hunter2", auth: {bearer: {hunter2: x}}}
    - https://admin:hunter2@c.example: x
alerts:
  channels:
    - {name: s, slack: "hooks.slack.com/services/hunter2"}
    - {name: t, slack: "https://hooks.slack.com:0x/services/hunter2"}
"""


def test_no_mistake_repeats_a_secret(mistakes: Mistakes) -> None:
    found = mistakes(SECRETIVE.replace("auth: {bearer: {hunter2: x}}", "auth: {bearer: [hunter2]}"))
    assert len(found) >= 9
    assert not [str(mistake) for mistake in found if "hunter2" in str(mistake).replace("'hunter2 x'", "")]


def said(file: Path) -> list[str]:
    """Return the mistakes in a file as lines."""
    try:
        load(file, for_deployment=True)
    except ConfigurationError as error:
        return [str(mistake) for mistake in error.mistakes]
    return []


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
KEYS = [*MINIMAL.replace(":", " ").split(), "name", "url", "expect", "json", "channels", "alerts", "routes", "headers"]
LIKELY = st.recursive(
    TREES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner), max_leaves=10
)


@given(
    st.fixed_dictionaries(
        {
            "environment": TREES,
            "uptime": st.fixed_dictionaries({"targets": st.lists(LIKELY)}) | LIKELY,
            "alerts": LIKELY,
        }
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_tree_is_right_or_explained(tmp_path: Path, tree: object) -> None:
    file = tmp_path / "caretaker.yaml"
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    lines = said(file)
    assert all(line and "\n" not in line for line in lines)


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_explained(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "caretaker.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError):
        load(file, for_deployment=True)


def test_a_file_of_mistakes_only_is_explained_quickly(mistakes: Mistakes) -> None:
    found = mistakes("environment: p\nuptime:\n  targets:\n" + "    - {nam: x, urll: y}\n" * 8000)
    assert 100 < len(found) < 1000
