"""What a person who is woken reads first says what is wrong, whatever kind of check it is."""

import pytest

from functions.notify.wording import recovered, state, subject


@pytest.mark.parametrize(
    ("check", "status", "said"),
    [
        ("uptime/api", "down", "api is down"),
        ("cert/app", "down", "the certificate of app is refused"),
        ("cert/app", "degraded", "the certificate of app needs attention"),
        ("backup/main", "down", "the backup of main has failed"),
        ("backup/main", "degraded", "the backup of main looks wrong"),
        ("freshness/main", "down", "the newest backup of main is missing or too old"),
        ("checker/uptime", "degraded", "uptime is degraded"),
    ],
)
def test_each_kind_has_its_words(check: str, status: str, said: str) -> None:
    assert f"{subject(check)} {state(check, status)}" == said


@pytest.mark.parametrize("check", ["uptime/api", "cert/app", "backup/main", "freshness/main"])
def test_what_goes_on_and_what_ends_is_said_otherwise(check: str) -> None:
    said = {state(check, "down"), state(check, "down", still=True), state(check, "degraded", still=True)}
    assert len(said | {recovered(check)}) == 4
