"""The workflows: they call make and nothing else, take nobody's word as code, and hold no more than they need."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / ".github/workflows").glob("*.yml"), *(ROOT / ".github/actions").rglob("action.yml")])
WORKFLOWS = [file for file in FILES if file.name != "action.yml"]
TARGETS = set(re.findall(r"^\.PHONY: ([a-z-]+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

# What is no step of a deployment but of GitHub itself: artifacts compared, and texts put into its summary.
OF_GITHUB = re.compile(
    r"bash \.ci/run"
    r'|echo "digest=\$\(sha256sum < build/release\.tar\)" >> "\$GITHUB_OUTPUT"'
    r'|test "\$\(sha256sum < build/release\.tar\)" = "\$DIGEST"'
    r"|\{ echo '```'; cat (receipt|drill)\.txt; echo '```'; \} >> \"\$GITHUB_STEP_SUMMARY\""
)


def read(file: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    return parsed


def named(files: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", files, ids=[str(one.relative_to(ROOT / ".github")) for one in files])


@named(FILES)
def test_each_action_is_named_by_its_commit_with_its_version_beside(file: Path) -> None:
    for line in re.findall(r"uses: (.*)", file.read_text("utf-8")):
        assert line.startswith("./.github/") or re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


@named(FILES)
def test_the_steps_are_targets_of_the_makefile(file: Path) -> None:
    for script in _scripts(file):
        for line in filter(None, map(str.strip, script.splitlines())):
            called = re.fullmatch(r"make ([a-z -]+?)( RELEASE=build/release\.tar)?( \| tee \w+\.txt)?", line)
            assert called or OF_GITHUB.fullmatch(line), line
            assert not called or set(called[1].split()) <= TARGETS


@named(FILES)
def test_nothing_that_anybody_types_becomes_part_of_a_script(file: Path) -> None:
    assert [script for script in _scripts(file) if "${{" in script] == []


@named(WORKFLOWS)
def test_a_job_has_the_permissions_that_it_needs_and_an_end(file: Path) -> None:
    workflow = read(file)
    for job in workflow["jobs"].values():
        permissions = job.get("permissions", workflow["permissions"])
        takes_a_role = any("workplace" in step.get("uses", "") for step in job.get("steps", [])) or "uses" in job
        assert permissions == {"contents": "read"} | ({"id-token": "write"} if takes_a_role else {})
        assert "timeout-minutes" in job or "uses" in job


@named(WORKFLOWS)
def test_what_changes_an_account_runs_in_an_environment_and_one_at_a_time(file: Path) -> None:
    for job in read(file)["jobs"].values():
        if any("workplace" in step.get("uses", "") for step in job.get("steps", [])):
            assert job["environment"]
            assert job["concurrency"]["cancel-in-progress"] == "false"


@named(FILES)
def test_no_key_of_aws_is_stored_anywhere(file: Path) -> None:
    text = file.read_text("utf-8")

    assert "access-key" not in text
    assert set(re.findall(r"secrets\.(\w+)", text)) <= {"SLACK_DEPLOYMENTS"}


@named(FILES)
def test_the_token_of_a_checkout_is_not_left_behind(file: Path) -> None:
    for step in _steps(file):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


def test_staging_and_production_get_the_one_build_that_was_made() -> None:
    jobs = read(ROOT / ".github/workflows/deploy.yml")["jobs"]

    assert [
        name for name, job in jobs.items() if any("bundle" in step.get("run", "") for step in job.get("steps", []))
    ] == ["build"]
    for name in ("staging", "production"):
        assert jobs[name]["with"] == {"environment": name, "digest": "${{ needs.build.outputs.digest }}"}
    assert "staging" in jobs["production"]["needs"]


def test_a_deployment_is_tried_out_recorded_and_taken_back_if_it_fails() -> None:
    [job] = read(ROOT / ".github/workflows/deploy-one.yml")["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]

    assert runs[1:] == [
        "make deploy RELEASE=build/release.tar",
        "make smoke",
        "make good",
        "make rollback smoke",
        "make tell",
    ]
    [back] = [step for step in job["steps"] if step.get("run") == "make rollback smoke"]
    assert back["if"] == "failure() && steps.smoke.outcome == 'failure'"
    assert job["steps"][-1]["if"] == "always()"


def _steps(file: Path) -> Iterator[dict[str, Any]]:
    read_ = read(file)
    yield from read_.get("runs", {}).get("steps", [])
    for job in read_.get("jobs", {}).values():
        yield from job.get("steps", [])


def _scripts(file: Path) -> list[str]:
    return [step["run"] for step in _steps(file) if "run" in step]
