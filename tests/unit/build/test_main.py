import subprocess
import sys
from pathlib import Path

from caretaker.build.artifact import ROOT


def test_the_command_says_what_it_built_and_where(configuration: Path, tmp_path: Path) -> None:
    answer = _build("notify", configuration, tmp_path / "notify")

    assert answer.returncode == 0
    assert f"MB in {tmp_path / 'notify'}" in answer.stderr
    assert (tmp_path / "notify" / "functions" / "notify" / "config.production.json").exists()


def test_a_bad_configuration_ends_with_2_and_its_mistakes_on_stderr(tmp_path: Path) -> None:
    config = tmp_path / "caretaker.yaml"
    config.write_text("environment: production\nuptime: {targts: []}\n", "utf-8")

    answer = _build("notify", config, tmp_path / "notify")

    assert answer.returncode == 2
    assert "targts" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not answer.stdout
    assert not (tmp_path / "notify").exists()


def _build(function: str, config: Path, into: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "caretaker.build", function, "--config", str(config), "--into", str(into)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
