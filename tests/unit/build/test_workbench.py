"""The Makefile, and the workflow that runs what a person would run."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from caretaker.build.artifact import FUNCTIONS, ROOT
from tests.template.stack import logical


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    text = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


def test_make_alone_explains_every_target_for_people() -> None:
    listing = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    makefile = (ROOT / "Makefile").read_text("utf-8")

    for target in re.findall(r"^\.PHONY: ([a-z]+)$", makefile, re.MULTILINE):
        assert re.search(rf"^  {target} +\w", listing, re.MULTILINE), target


def test_sam_finds_a_target_for_every_function() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    for function in FUNCTIONS:
        assert re.search(rf"^build-{logical(function)}Function: ", makefile, re.MULTILINE)


def test_make_says_what_is_missing_where_there_is_no_python(tmp_path: Path) -> None:
    command = ["make", "test", "PYTHON=", f"VENV={tmp_path / 'venv'}"]

    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert answer.returncode == 2
    assert "Python 3.11 or newer is needed" in answer.stderr
    assert not (tmp_path / "venv").exists()


def test_ci_runs_what_a_person_runs(workflow: dict[str, Any]) -> None:
    runs = {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in workflow["jobs"].items()}

    assert runs == {"ci": ["bash .ci/run"], "audit": ["make audit sbom"], "slow": ["make slow"]}
    assert workflow["permissions"] == {"contents": "read"}
