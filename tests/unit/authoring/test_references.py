"""References to secrets: where they may stand, which ones a function may read, and what works locally only."""

import pytest

from tests.unit.authoring.finding import MINIMAL, Mistakes


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("${env:URL}", "your own machine only"),
        ("https://me:hunter2@a.example/", "a password must not stand in the address"),
        ("https://me:hunter2${ssm:caretaker/production/uptime/x}@a/", "a password must not stand in the address"),
    ],
)
def test_what_works_locally_only_is_refused_for_a_deployment(target_mistakes: Mistakes, url: str, said: str) -> None:
    (mistake,) = target_mistakes(f"url: '{url}'")
    assert said in str(mistake)
    assert "${ssm:caretaker/production/uptime/" in mistake.suggestion
    assert "hunter2" not in str(mistake)
    assert target_mistakes(f"url: '{url}'", for_deployment=False) == ()


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("${ssm:caretaker/production/alerts/key}", "Store it under caretaker/production/uptime/"),
        ("${ssm:caretaker/staging/uptime/key}", "write ${ssm:caretaker/production/uptime/key}"),
        ("${ssm:key}", "lies outside"),
        ("${ssm:caretaker/production/uptime/}", "not well written"),
        ("${ssm:caretaker/production/uptime/../x y}", "not well written"),
        ("${secret:/caretaker/production/uptime/key}", "lies outside"),
        ("${smm:caretaker/production/uptime/key}", "Did you mean ssm"),
        ("${ssm:}", "not well written"),
        ("${ssm:caretaker", "not complete"),
        ("${KEY}", "Write ${ssm:NAME}"),
    ],
)
def test_a_wrong_reference_is_refused_with_the_right_one(target_mistakes: Mistakes, reference: str, said: str) -> None:
    (mistake,) = target_mistakes(f"url: http://a, headers: {{X-Key: '{reference}'}}")
    assert said in str(mistake)


def test_prefixes_are_not_judged_while_the_environment_is_wrong(mistakes: Mistakes) -> None:
    text = MINIMAL.replace("production", "two words").replace(
        "https://api.example.com/health", "'${ssm:caretaker/x/uptime/u}'"
    )
    assert [mistake.path for mistake in mistakes(text)] == ["environment"]


def test_a_secret_has_no_place_in_an_expectation(target_mistakes: Mistakes) -> None:
    (mistake,) = target_mistakes("url: http://a, expect: {json: {a: ['${ssm:caretaker/production/uptime/x}']}}")
    assert mistake.message
    (mistake,) = target_mistakes("url: http://a, expect: {contains: '${ssm:caretaker/production/uptime/x}'}")
    assert "not possible here" in mistake.message
