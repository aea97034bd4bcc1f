"""References are found and filled in, and secrets leave no trace in texts."""

import base64
import json
from urllib.parse import quote

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.secrets import (
    AwsSecrets,
    Redactor,
    Reference,
    SecretOutOfReach,
    SecretUnavailable,
    references,
    substitute,
)

KEY = Reference("ssm", "caretaker/production/uptime/api-key")
secrets = st.text(st.characters(exclude_categories=["Cs"]), min_size=8, max_size=40)

WANTED = Reference("secret", "caretaker/production/backup/main")


def test_references_are_found_anywhere_in_a_section() -> None:
    section = {"targets": [{"url": "https://x/${env:PATH_PART}", "headers": [["X-Api-Key", str(KEY)]]}]}
    assert references(section) == {KEY, Reference("env", "PATH_PART")}


def test_references_are_filled_in_inside_their_text() -> None:
    assert substitute({"a": [f"Bearer {KEY}", 3]}, {KEY: "s3cret"}) == {"a": ["Bearer s3cret", 3]}


def test_a_secret_is_not_read_for_references_again() -> None:
    assert substitute(str(KEY), {KEY: "${env:HOME}"}) == "${env:HOME}"


def test_a_missing_secret_is_named_and_not_replaced_by_nothing() -> None:
    with pytest.raises(SecretUnavailable, match="no parameter"):
        substitute(str(KEY), {KEY: SecretUnavailable("there is no parameter /caretaker/…")})


@given(secrets, st.text(max_size=20), st.text(max_size=20))
def test_a_secret_never_survives_as_it_is(secret: str, before: str, after: str) -> None:
    assert secret not in Redactor([secret]).text(before + secret + after) or secret in "***"


@pytest.mark.parametrize("secret", ["s3cr3t/with+odd chars&=", 'quo"ted\\secret', "geheimnisvoll-ä"])
def test_a_secret_does_not_survive_quoted_escaped_or_encoded(secret: str) -> None:
    redact = Redactor([secret]).text
    assert secret not in redact(secret)
    assert quote(secret, safe="") not in redact(f"https://x/?token={quote(secret, safe='')}")
    assert json.dumps(secret)[1:-1] not in redact(json.dumps({"key": secret}))


@pytest.mark.parametrize("user", ["a", "ab", "abc", "abcd"])
def test_a_password_does_not_survive_in_basic_authentication(user: str) -> None:
    header = base64.b64encode(f"{user}:correct-horse-battery".encode()).decode()
    shown = Redactor(["correct-horse-battery"]).text(f"Basic {header}")
    assert base64.b64encode(b"correct-horse-battery").decode()[4:20] not in shown
    assert header not in shown
    assert "***" in shown


def test_of_a_secret_url_neither_the_password_nor_the_path_survives() -> None:
    redact = Redactor(["https://hooks.slack.com/services/T0/B1/x9y8z7", "postgres://app:hunter22@db/main"]).text
    assert "x9y8z7" not in redact("POST /services/T0/B1/x9y8z7 gave 404")
    assert "hunter22" not in redact("password hunter22 refused")


def test_a_text_without_secrets_stays_as_it_is() -> None:
    assert Redactor(["s3cret-value"]).text("nothing to hide") == "nothing to hide"
    assert Redactor().text("nothing to hide") == "nothing to hide"


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("AccessDeniedException", 400, SecretUnavailable),
        ("ThrottlingException", 400, SecretOutOfReach),
        ("InternalServerError", 500, SecretOutOfReach),
    ],
)
def test_a_secret_that_may_be_had_later_is_told_from_one_that_is_not_there(
    code: str, status: int, kind: type[SecretUnavailable]
) -> None:
    found = refused(code, status)

    assert type(found) is kind
    assert str(found) == f"{WANTED} could not be read: {code}"


def test_a_secret_that_is_not_there_is_said_with_what_stores_it() -> None:
    found = refused("ResourceNotFoundException", 400)

    assert type(found) is SecretUnavailable
    name = "caretaker/production/backup/main"
    assert str(found) == f"there is no secret {name}: store it with caretaker secret set {name}"


def refused(code: str, status: int) -> str | SecretUnavailable:
    """Return what is found of a secret whose service answers with an error."""
    client = boto3.client("secretsmanager", "eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        stub.add_client_error("get_secret_value", code, http_status_code=status)
        return AwsSecrets(lambda: boto3.client("ssm"), lambda: client)(frozenset({WANTED}))[WANTED]
