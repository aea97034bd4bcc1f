import sys
from pathlib import Path

import pytest

from layers.postgres import __main__ as command


def test_the_command_replaces_a_folder_by_the_layer(
    postgres_layer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "left-over").touch()
    monkeypatch.setattr(sys, "argv", ["layers.postgres", "--into", str(tmp_path / "layer")])

    assert command.main() == 0

    def files(folder: Path) -> set[tuple[Path, int]]:
        return {(path.relative_to(folder), path.stat().st_mode) for path in folder.rglob("*")}

    assert files(tmp_path / "layer") == files(postgres_layer)
    assert f"MB in {tmp_path / 'layer'}" in capsys.readouterr().err
