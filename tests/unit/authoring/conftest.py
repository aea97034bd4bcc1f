"""Writing configurations for tests."""

from pathlib import Path
from textwrap import dedent

import pytest

from caretaker.authoring import ConfigurationError, Mistake, load
from tests.unit.authoring.finding import Mistakes


@pytest.fixture
def mistakes(tmp_path: Path) -> Mistakes:
    """Return a function that gives the mistakes of a text as a configuration, none if it is right."""

    def find(text: str | bytes, *, for_deployment: bool = True) -> tuple[Mistake, ...]:
        file = tmp_path / "caretaker.yaml"
        file.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        try:
            load(file, for_deployment=for_deployment)
        except ConfigurationError as error:
            return error.mistakes
        return ()

    return find


@pytest.fixture
def target_mistakes(mistakes: Mistakes) -> Mistakes:
    """Return a function that gives the mistakes of one target, written in braces without its name."""

    def find(keys: str, *, for_deployment: bool = True) -> tuple[Mistake, ...]:
        text = f"environment: production\nuptime:\n  targets:\n    - {{name: api, {keys}}}\n"
        return mistakes(text, for_deployment=for_deployment)

    return find
