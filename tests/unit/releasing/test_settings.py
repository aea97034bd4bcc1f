"""samconfig.toml: what is read of it, and what a deployment adds to it."""

import tomllib
from pathlib import Path

import pytest

from caretaker.releasing.environments import environments, pick
from caretaker.releasing.errors import ReleaseError
from caretaker.releasing.settings import read_settings

SETTINGS = """# ours
[default.global.parameters]
stack_name = "watch" # since 2024

[default.deploy.parameters]
parameter_overrides = 'LogRetentionDays="90" UptimeSchedule="cron(0/5 * * * ? *)"'
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "samconfig.toml"
    path.write_text(SETTINGS, "utf-8")
    return path


def a_config(folder: Path, environment: str) -> Path:
    config = folder / f"caretaker.{environment}.yaml"
    config.write_text(f"environment: {environment}\nuptime: {{targets: [{{name: api, tcp: 127.0.0.1:9}}]}}\n", "utf-8")
    return config


def test_answers_are_added_and_all_else_stays(path: Path) -> None:
    settings = read_settings(path)

    settings.settle("default", "watch", {**settings.overrides("default"), "WatchdogEmail": 'o"x@example.com'})
    again = read_settings(path)

    assert "# since 2024" in path.read_text("utf-8")
    assert again.overrides("default") == {
        "LogRetentionDays": "90",
        "UptimeSchedule": "cron(0/5 * * * ? *)",
        "WatchdogEmail": 'o"x@example.com',
    }


def test_an_environment_that_is_new_gets_a_section_and_a_stack_of_its_own(path: Path, tmp_path: Path) -> None:
    configs = [a_config(tmp_path, name) for name in ("production", "staging")]
    settings = read_settings(path)

    production, staging = environments(configs, settings)
    settings.settle(staging.section, staging.stack, {"Environment": "staging", "WatchdogEmail": ""})
    written = tomllib.loads(path.read_text("utf-8"))

    assert (production.section, production.stack) == ("default", "watch")
    assert written["staging"]["global"]["parameters"] == {"stack_name": "watch-staging"}
    assert written["staging"]["deploy"]["parameters"]["resolve_s3"] is True
    assert read_settings(path).overrides("staging") == {"Environment": "staging", "WatchdogEmail": ""}


def test_an_environment_without_a_configuration_is_named_with_what_there_is(path: Path, tmp_path: Path) -> None:
    known = environments([a_config(tmp_path, "production")], read_settings(path))

    with pytest.raises(
        ReleaseError, match=r"environment: staging \(.*caretaker.production.yaml is production\): write"
    ):
        pick(known, "staging")


def test_two_files_of_one_environment_are_refused(path: Path, tmp_path: Path) -> None:
    config = a_config(tmp_path, "production")

    with pytest.raises(ReleaseError, match="is the second file for the environment production"):
        environments([config, config], read_settings(path))


def test_a_file_that_is_no_toml_is_refused_in_a_sentence(path: Path) -> None:
    path.write_text("[default", "utf-8")

    with pytest.raises(ReleaseError, match=r"samconfig.toml is not TOML"):
        read_settings(path)


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    settings = read_settings(tmp_path / "none.toml")

    assert settings.stack("default") is None
    assert settings.overrides("default") == {}
