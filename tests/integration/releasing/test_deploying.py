"""``make deploy``: what it asks, what it writes down, and what SAM is told."""

import tarfile
from pathlib import Path

import pytest

from tests.integration.releasing.workplace import Workplace


@pytest.fixture
def work(tmp_path: Path, quick_caretaker: Path) -> Workplace:
    work = Workplace(tmp_path, caretaker=quick_caretaker)
    work.add("production")
    return work


def test_the_first_deployment_asks_and_shows_the_changes_and_later_ones_are_silent(work: Workplace) -> None:
    shown = work.make_at_terminal("deploy", answers="ops@example.com\n")
    first = work.told()[-1]
    later = work.make("deploy")
    second = work.told()[-1]

    assert "E-mail address that hears of what could not be delivered" in shown
    assert "Environment [" not in shown  # there is only one
    assert "--confirm-changeset" in first
    assert (later.returncode, later.stdout) == (0, ""), later.stderr
    assert "--no-confirm-changeset" in second
    for told in (first, second):
        assert told[told.index("--stack-name") + 1] == "caretaker"
        assert told[-3:-1] == ['Environment="production"', 'WatchdogEmail="ops@example.com"']


def test_where_there_are_several_environments_it_asks_for_which(work: Workplace) -> None:
    work.add("staging")

    shown = work.make_at_terminal("deploy", answers="staging\n\n")

    assert "Environment (production, staging) [production]" in shown
    told = work.told()[-1]
    assert told[told.index("--config-env") + 1] == "staging"
    assert told[told.index("--stack-name") + 1] == "caretaker-staging"
    assert told[-3:-1] == ['Environment="staging"', 'WatchdogEmail=""']


def test_where_nobody_can_be_asked_it_says_how_to_answer_and_builds_nothing(work: Workplace) -> None:
    done = work.make("deploy")

    assert done.returncode == 2
    assert "say make deploy EMAIL=you@example.com" in done.stderr
    assert work.told() == []


def test_an_answer_that_is_no_address_is_refused(work: Workplace) -> None:
    done = work.make("deploy", "EMAIL=ops at example")

    assert "this is no e-mail address" in done.stderr
    assert work.told() == []


def test_what_github_knows_is_told_to_sam_and_not_written_down(work: Workplace) -> None:
    given = {"EXECUTION_ROLE": "arn:aws:iam::1:role/x", "BOUNDARY": "arn:aws:iam::1:policy/b", "ARTIFACTS": "bucket"}

    done = work.make("deploy", "EMAIL=ops@example.com", **given)

    assert done.returncode == 0, done.stderr
    told = work.told()[-1]
    assert told[told.index("--role-arn") + 1] == "arn:aws:iam::1:role/x"
    assert told[told.index("--s3-bucket") + 1 : told.index("--s3-bucket") + 3] == ["bucket", "--no-resolve-s3"]
    assert 'PermissionsBoundary="arn:aws:iam::1:policy/b"' in told
    assert "arn:" not in (work.folder / "samconfig.toml").read_text("utf-8")


def test_a_configuration_that_disagrees_with_the_settings_is_not_deployed(work: Workplace) -> None:
    (work.folder / "samconfig.toml").write_text(
        '[default.deploy.parameters]\nparameter_overrides = "Environment=prod WatchdogEmail=a@example.com"\n', "utf-8"
    )

    done = work.make("deploy")

    assert done.returncode == 2
    assert "caretaker.yaml is of the environment production, but [default] of" in done.stderr
    assert work.told() == []


def test_a_configuration_with_mistakes_is_not_deployed(work: Workplace) -> None:
    (work.folder / "caretaker.yaml").write_text("environment: production\nuptme: {}\n", "utf-8")

    done = work.make("deploy", "EMAIL=ops@example.com")

    assert done.returncode == 2
    assert "uptme" in done.stderr
    assert work.told() == []


def test_a_release_that_was_built_before_is_deployed_without_building(work: Workplace) -> None:
    built = work.folder / "elsewhere" / "build"
    built.mkdir(parents=True)
    (built / "template.yaml").write_text("the release", "utf-8")
    with tarfile.open(work.folder / "release.tar", "w") as tar:
        tar.add(built, "build")

    done = work.make("deploy", "EMAIL=ops@example.com", "RELEASE=release.tar")

    assert done.returncode == 0, done.stderr
    assert [(told[0], told[-1]) for told in work.told()] == [("deploy", "the release")]


def test_what_a_person_gives_a_target_is_never_run(work: Workplace) -> None:
    hostile = '$(shell touch pwned)`touch pwned`"; touch pwned; "'

    for target, variables in (
        ("backup-now", {"DB": hostile, "REASON": hostile}),
        ("tell", {"TEXT": hostile, "SLACK_DEPLOYMENTS": ""}),
    ):
        work.make(target, **variables)

    assert not (work.folder / "pwned").exists()
