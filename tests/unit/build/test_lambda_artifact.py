"""Artifacts for Lambda, built for real: other machine code than this machine's, and another Python."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from caretaker.build.artifact import FUNCTIONS, ROOT, build
from tests.template.stack import logical

ARM64 = 183  # e_machine of an ELF file
IN_PYTHON_ALONE = ("cleanup",)
UNZIPPED_LIMIT = 250 * 1024 * 1024  # bytes that Lambda takes


def test_notify_for_lambda_is_for_arm64_and_python_3_13(configuration: Path, tmp_path: Path) -> None:
    build("notify", platform="lambda", configs=[configuration], into=tmp_path / "notify")

    assert _runs_in_lambda(tmp_path / "notify")


@pytest.mark.slow
def test_sam_builds_every_function_and_the_layer_without_docker(configuration: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}

    try:
        command = ["make", "build", f"CONFIG={configuration}"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdin=subprocess.DEVNULL)
        for function in FUNCTIONS:
            artifact = ROOT / ".aws-sam" / "build" / f"{logical(function)}Function"
            assert bool(_runs_in_lambda(artifact)) is (function not in IN_PYTHON_ALONE)
            assert (artifact / "functions" / function / "config.production.json").exists()
        program = ROOT / ".aws-sam" / "build" / "PostgresLayer" / "postgres" / "18" / "bin" / "pg_dump"
        assert int.from_bytes(program.read_bytes()[18:20], "little") == ARM64
        assert os.access(program, os.X_OK)
    finally:
        shutil.rmtree(ROOT / ".aws-sam", ignore_errors=True)  # nobody shall deploy the configuration of a test


def _runs_in_lambda(artifact: Path) -> list[Path]:
    """Hold an artifact to what Lambda runs, and return its libraries."""
    libraries = [path for path in artifact.rglob("*.so*") if path.is_file()]
    for library in libraries:
        assert int.from_bytes(library.read_bytes()[18:20], "little") == ARM64, library
    tagged = [path.name for path in libraries if ".cpython-" in path.name]
    assert all(".cpython-313-" in name for name in tagged)
    assert sum(path.stat().st_size for path in artifact.rglob("*") if path.is_file()) < UNZIPPED_LIMIT
    return libraries
