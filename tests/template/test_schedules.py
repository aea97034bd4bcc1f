"""What starts the functions: schedules, and the table's stream."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from caretaker.local.events.schedules import parse_expression
from tests.template.plain import plain
from tests.template.stack import Stack

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
SCHEDULES = ("UptimeRuns", "CertCheckRuns", "BackupRuns", "FreshnessRuns", "DrillRuns", "CleanupRuns", "NotifySweeps")
OLDEST = {"BackupRuns": 6 * 3600, "DrillRuns": 6 * 3600, "CleanupRuns": 900}  # seconds: a late backup is a backup


def test_all_schedules_are_looked_at_here(stack: Stack) -> None:
    assert set(stack.of_type("AWS::Scheduler::Schedule")) == set(SCHEDULES)


@pytest.mark.parametrize("parameter", ["UptimeSchedule", "CertificateSchedule", "SweepSchedule"])
def test_a_schedule_starts_every_five_minutes_by_default(parameter: str) -> None:
    minutes = _minutes(parameter)

    assert minutes == list(range(minutes[0], 24 * 60, 5))


def test_databases_are_backed_up_once_a_day_and_judged_every_hour_by_default() -> None:
    assert _minutes("BackupSchedule") == [2 * 60]
    assert _minutes("CleanupSchedule") == [4 * 60 + 30], "after the backups are made and proven"
    assert _minutes("DrillSchedule") == [3 * 60]
    assert _minutes("FreshnessSchedule") == list(range(30, 24 * 60, 60))


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_is_exact_and_in_utc(stack: Stack, name: str) -> None:
    schedule = stack.properties(name)

    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}


def test_the_event_is_the_time_that_a_run_is_scheduled_for(stack: Stack) -> None:
    inputs = {name: json.loads(stack.properties(name)["Target"]["Input"]) for name in SCHEDULES}

    assert inputs == {
        "UptimeRuns": {"scheduled_at": SCHEDULED_TIME},
        "CertCheckRuns": {"scheduled_at": SCHEDULED_TIME},
        "BackupRuns": {"scheduled_at": SCHEDULED_TIME},
        "FreshnessRuns": {"scheduled_at": SCHEDULED_TIME},
        "CleanupRuns": {"scheduled_at": SCHEDULED_TIME},
        "DrillRuns": {"scheduled_at": SCHEDULED_TIME, "drills": True},
        "NotifySweeps": {"scheduled_at": SCHEDULED_TIME, "sweep": True},
    }


@pytest.mark.parametrize("name", SCHEDULES)
def test_an_event_that_cannot_be_delivered_is_tried_again_then_kept(stack: Stack, name: str) -> None:
    target = stack.properties(name)["Target"]

    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= OLDEST.get(name, 240)
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}}


def test_notify_reads_only_what_is_new_in_the_outbox(stack: Stack) -> None:
    mapping = stack.properties("NotifyFunctionOutbox")

    [wanted] = [json.loads(one["Pattern"]) for one in mapping["FilterCriteria"]["Filters"]]
    assert wanted == {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["OUTBOX"]}}}}
    assert mapping["FunctionName"] == {"Ref": "NotifyFunction"}
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_a_record_that_notify_fails_on_holds_nothing_up_and_is_kept(stack: Stack) -> None:
    mapping = stack.properties("NotifyFunctionOutbox")

    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 3
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["StreamFailureQueue", "Arn"]}


def test_a_new_manifest_starts_its_drill(stack: Stack) -> None:
    rule = stack.properties("NewBackups")
    [target] = rule["Targets"]
    notifications = stack.properties("BackupBucket")["NotificationConfiguration"]

    assert notifications == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [{"Ref": "BackupBucket"}]},
            "object": {"key": [{"wildcard": "backups/*/manifest.json"}]},
        },
    }
    assert target["Arn"] == {"Fn::GetAtt": ["VerifyFunction", "Arn"]}
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}}
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0


def _minutes(parameter: str) -> list[int]:
    """Return the minutes of a day at which a schedule starts by default."""
    due = parse_expression(plain().parameters[parameter])
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    return [minute for minute in range(24 * 60) if due(midnight + timedelta(minutes=minute))]
