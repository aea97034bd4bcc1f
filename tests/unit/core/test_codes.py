"""The codes of backups are those that messages, JSON and runbooks are written against."""

import pytest

from caretaker.core.codes import CODES

DOWN = (
    "tls-refused",
    "pooler",
    "server-too-new",
    "no-privilege",
    "row-security",
    "lock-timeout",
    "dump-failed",
    "upload-failed",
    "out-of-time",
    "too-old",
    "never",
)


@pytest.mark.parametrize("code", DOWN)
def test_a_backup_that_is_not_made_is_down_and_critical(code: str) -> None:
    assert (CODES[code].status, CODES[code].severity) == ("down", "critical")


@pytest.mark.parametrize("code", ["unreachable", "auth-failed"])
def test_what_other_checks_find_too_is_down_in_the_severity_that_they_say(code: str) -> None:
    assert (CODES[code].status, CODES[code].severity) == ("down", "")


@pytest.mark.parametrize("code", ["empty-database", "shrunk"])
def test_a_backup_that_makes_no_sense_is_degraded_and_high(code: str) -> None:
    assert (CODES[code].status, CODES[code].severity) == ("degraded", "high")
