"""Artifacts for this machine, built once for all tests of this folder that one worker runs."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from caretaker.build.artifact import FUNCTIONS, build

CONFIGURATION = """
environment: production
uptime:
  targets:
    - {name: api, url: "https://api.example.com/health"}
alerts:
  channels: [{name: email, sns: AlertTopic}]
  routes: {critical: [email]}
"""


@pytest.fixture(scope="session")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("configuration") / "caretaker.yaml"
    path.write_text(CONFIGURATION, "utf-8")
    return path


@pytest.fixture(scope="session")
def artifacts(configuration: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("artifacts")
    for function in FUNCTIONS:
        build(function, platform="host", configs=[configuration], into=folder / function)
    return {function: folder / function for function in FUNCTIONS}
