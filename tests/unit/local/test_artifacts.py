from pathlib import Path
from typing import Any, NoReturn

import pytest

from caretaker.build.errors import BuildError
from caretaker.local.artifacts import build_artifacts

CONFIGURATION = "environment: demo\nuptime: {targets: [{name: api, url: 'http://127.0.0.1/'}]}\n"


def test_what_takes_long_is_said_while_artifacts_are_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def installed(lock: Path, *details: Any) -> NoReturn:
        details[-1](f"Installing {lock.stem}")
        raise BuildError("that is enough")

    monkeypatch.setattr("caretaker.build.artifact.installed", installed)
    config = tmp_path / "caretaker.yaml"
    config.write_text(CONFIGURATION, "utf-8")
    said: list[str] = []

    with pytest.raises(BuildError):
        build_artifacts(["uptime", "notify"], config, tmp_path / "artifacts", said.append)

    assert sorted(said) == ["Installing notify", "Installing uptime"]
