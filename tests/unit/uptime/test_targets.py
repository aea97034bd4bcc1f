"""What is watched, and what cannot be for want of its secrets."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caretaker.authoring import compile_sections, load
from caretaker.core.results import Status
from caretaker.core.secrets import Reference, SecretUnavailable
from caretaker.core.targets.http import HttpTarget
from functions.uptime.targets import Prepared, Watched, watched

FILE = """
environment: test
uptime:
  targets:
    - {name: plain, url: "https://example.com/", auth: {basic: [user, l1teral-password]}}
    - {name: secret, url: "${ssm:caretaker/test/uptime/url}"}
"""


def watch(tmp_path: Path, value: str | SecretUnavailable, text: str = FILE) -> Watched:
    path = tmp_path / "caretaker.yaml"
    path.write_text(text, "utf-8")

    def read(wanted: frozenset[Reference]) -> Mapping[Reference, str | SecretUnavailable]:
        return dict.fromkeys(wanted, value)

    return watched(Prepared.of(compile_sections(load(path, for_deployment=False))["uptime"]), read)


def test_a_secret_address_is_filled_in_and_hidden(tmp_path: Path) -> None:
    found = watch(tmp_path, "https://inner.example/s3cret-path")
    urls = [target.url for target in found.targets if isinstance(target, HttpTarget)]
    assert urls == ["https://example.com/", "https://inner.example/s3cret-path"]
    assert "s3cret-path" not in found.redactor.text("GET /s3cret-path")


def test_a_literal_password_is_hidden_as_well(tmp_path: Path) -> None:
    assert "l1teral-password" not in watch(tmp_path, "https://x.example/").redactor.text("not l1teral-password")


def test_a_target_without_its_secret_is_unknown_and_the_others_are_watched(tmp_path: Path) -> None:
    found = watch(tmp_path, SecretUnavailable("there is no parameter /caretaker/test/uptime/url: store it"))
    assert [target.name for target in found.targets] == ["plain"]
    (result,) = found.not_looked_at(datetime(2026, 11, 21, tzinfo=UTC))
    assert (result.check, result.status) == ("uptime/secret", Status.UNKNOWN)
    assert "there is no parameter" in result.summary
    assert found.checks == {"uptime/plain", "uptime/secret"}


def test_a_secret_that_is_no_address_is_unknown_and_not_shown(tmp_path: Path) -> None:
    found = watch(tmp_path, "postgres://app:hunter22@db/main")
    assert found.unreadable == {"uptime/secret": "what its secrets make of its address is no URL"}


def test_a_secret_that_would_begin_another_header_is_named_and_not_shown(tmp_path: Path) -> None:
    text = FILE.replace(
        'url: "${ssm:caretaker/test/uptime/url}"',
        'url: "https://b.example/", headers: {X-Key: "${ssm:caretaker/test/uptime/url}"}',
    )
    for secret in ("s3cret\n", "s3cret\r\nEvil: yes"):
        found = watch(tmp_path, secret, text)
        (reason,) = found.unreadable.values()
        assert reason.startswith("the header X-Key would hold a line break")
        assert "s3cret" not in reason
        assert [target.name for target in found.targets] == ["plain"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("postgres", "postgresql://me:pa[55@db.example/app"),
        ("postgres", "postgresql://me:pa]55@db.example/app"),
        ("redis", "redis://h/" + "9" * 5000),
        ("redis", "redis://[h/0"),
        ("url", "https://a b/"),
        ("url", "https://[a/"),
        ("url", "https://fa\u00df.example/"),
    ],
)
def test_no_secret_address_ends_a_run(tmp_path: Path, key: str, value: str) -> None:
    found = watch(tmp_path, value, FILE.replace("name: secret, url:", f"name: secret, {key}:"))
    assert "plain" in {target.name for target in found.targets}
    assert found.checks == {"uptime/plain", "uptime/secret"}
    if key == "postgres":  # which libpq takes
        assert value[16:21] not in found.redactor.text(f"no login with {value[16:21]}")
