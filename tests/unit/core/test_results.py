"""What findings add up to."""

from datetime import UTC, datetime

import pytest

from caretaker.core.results import Finding, Result, Severity, Status, judge, moment, timestamp

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SLOW = Finding("slow", Severity.MEDIUM, "slow", "look", measured="6.2 s", limit="5 s")
REFUSED = Finding("connection-refused", Severity.HIGH, "refused", "start it")
NOTICE = Finding("slow", Severity.LOW, "a little slow", "wait")


def result(*findings: Finding) -> Result:
    return judge("uptime/api", findings, observed_at=AT, healthy="fine")


def test_no_finding_is_ok() -> None:
    assert (result().status, result().severity, result().summary) == (Status.OK, None, "fine")


def test_the_worst_finding_gives_status_severity_and_summary() -> None:
    seen = result(SLOW, REFUSED)
    assert (seen.status, seen.severity, seen.summary) == (Status.DOWN, Severity.HIGH, "refused")
    assert [finding.code for finding in seen.findings] == ["connection-refused", "slow"]


def test_findings_of_low_severity_alone_leave_it_ok() -> None:
    assert result(NOTICE).status is Status.OK


def test_a_result_is_shown_with_the_names_of_the_contract() -> None:
    assert result(SLOW).to_json() == {
        "check": "uptime/api",
        "status": "degraded",
        "severity": "medium",
        "summary": "slow",
        "observed_at": "2026-11-20T02:00:00Z",
        "findings": [
            {
                "code": "slow",
                "severity": "medium",
                "message": "slow",
                "fix": "look",
                "measured": "6.2 s",
                "limit": "5 s",
            }
        ],
        "measurements": {},
    }


@pytest.mark.parametrize("finding", [SLOW, REFUSED, NOTICE])
def test_the_stored_form_of_a_finding_gives_it_back(finding: Finding) -> None:
    assert Finding.from_json(finding.to_json()) == finding


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        moment("2026-11-20T02:00:00")
    assert moment("2026-11-20T03:00:00+01:00") == AT
    assert timestamp(AT) == "2026-11-20T02:00:00Z"
