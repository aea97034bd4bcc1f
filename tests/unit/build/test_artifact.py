"""An artifact holds what its function needs, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from caretaker.authoring.mistakes import ConfigurationError
from caretaker.build.artifact import FUNCTIONS, build

GOOD = """
environment: test
uptime: {targets: [{name: api, url: "https://example.com/"}]}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "caretaker.yaml"
    path.write_text(GOOD, "utf-8")
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_artifact_holds_its_function_the_core_and_its_requirements(
    function: str, config: Path, tmp_path: Path
) -> None:
    into = tmp_path / "artifact"
    build(function, platform="host", config=config, into=into)

    ours = {name for name in files(into) if name.startswith(("caretaker/", "functions/")) and name.endswith(".py")}
    others = tuple(f"functions/{other}/" for other in FUNCTIONS if other != function)
    assert f"functions/{function}/app.py" in ours
    assert "caretaker/core/results.py" in ours
    assert not any(name.startswith(others) for name in ours)
    assert not any(name.startswith(("caretaker/authoring", "caretaker/cli", "caretaker/local")) for name in ours)
    section = json.loads((into / "functions" / function / "config.json").read_text("utf-8"))
    assert section["environment"] == "test"
    assert (into / "boto3").is_dir()
    assert not (into / "yaml").exists()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_artifact_is_all_that_its_handler_imports(function: str, config: Path, tmp_path: Path) -> None:
    into = tmp_path / "artifact"
    build(function, platform="host", config=config, into=into)
    script = (
        "import sys; sys.path[:] = [path for path in sys.path if 'site-packages' not in path]; "
        f"sys.path.insert(0, {str(into)!r}); import functions.{function}.app; "
        "print(sorted(name for name in ('aws_xray_sdk', 'yaml', 'pydantic') if name in sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert answer.stderr == ""
    assert answer.stdout.strip() == "[]"


def test_two_builds_are_the_same_bytes(config: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        build("notify", platform="host", config=config, into=tmp_path / name)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    times = {path.stat().st_mtime for path in (tmp_path / "one").rglob("*.py")}
    assert len(times) == 1


def test_a_configuration_with_mistakes_builds_nothing(config: Path, tmp_path: Path) -> None:
    into = tmp_path / "artifact"
    build("uptime", platform="host", config=config, into=into)
    before = files(into)
    config.write_text(GOOD.replace("url", "urll"), "utf-8")
    with pytest.raises(ConfigurationError):
        build("uptime", platform="host", config=config, into=into)
    assert files(into) == before


def test_the_command_says_every_mistake_and_exits_with_2(config: Path, tmp_path: Path) -> None:
    config.write_text(GOOD.replace("https://example.com/", "${env:URL}").replace("name", "nmae"), "utf-8")
    command = [sys.executable, "-m", "caretaker.build", "uptime", "--platform", "lambda"]
    answer = subprocess.run(
        [*command, "--config", str(config), "--into", str(tmp_path / "artifact")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "nmae" in answer.stderr
    assert "env" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "artifact").exists()


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_artifact_for_lambda_is_arm64_and_small(function: str, config: Path, tmp_path: Path) -> None:
    into = tmp_path / "artifact"
    build(function, platform="lambda", config=config, into=into)
    libraries = [path for path in into.rglob("*.so*") if path.is_file()]
    machines = {int.from_bytes(path.read_bytes()[18:20], "little") for path in libraries}
    assert machines <= {0xB7}  # EM_AARCH64
    assert sum(len(content) for content in files(into).values()) < 80_000_000
