"""The alarms: few, on metrics that exist, to the watchdog alone, and each says what to do."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caretaker.build.artifact import FUNCTIONS
from caretaker.core.telemetry import Metric
from tests.template.plain import plain
from tests.template.stack import Json, Stack, logical

ROOT = Path(__file__).parents[2]
OURS = {"Fn::Sub": "Caretaker/${AWS::StackName}"}

# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
OF_AWS = {
    ("AWS/Lambda", "Errors"): "FunctionName",
    ("AWS/Lambda", "Invocations"): "FunctionName",
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): "QueueName",
}
ALARMS = {
    "FunctionsFail": "notBreaching",
    "RunsAreMissing": "breaching",
    "BackupsAreMissing": "breaching",
    "CleanupIsMissing": "breaching",
    "BackupsAreOld": "breaching",
    "MessagesWait": "notBreaching",
    "FallbackFails": "notBreaching",
    "EventsWereGivenUp": "notBreaching",
}
MOST = 8
MOST_METRICS = 10  # that one alarm may read


def test_there_are_at_most_eight_alarms_and_all_are_looked_at_here(stack: Stack) -> None:
    assert set(stack.of_type("AWS::CloudWatch::Alarm")) == set(ALARMS)
    assert len(ALARMS) <= MOST
    assert not stack.of_type("AWS::CloudWatch::CompositeAlarm")


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_goes_to_the_watchdog_and_to_nobody_else(stack: Stack, name: str) -> None:
    alarm = stack.properties(name)

    assert alarm["AlarmActions"] == [{"Ref": "WatchdogTopic"}]
    assert alarm.get("OKActions", alarm["AlarmActions"]) == [{"Ref": "WatchdogTopic"}]
    assert "InsufficientDataActions" not in alarm
    assert alarm.get("ActionsEnabled", True) is True


@pytest.mark.parametrize("name", ALARMS)
def test_silence_is_bad_news_where_something_should_be_heard_and_only_there(stack: Stack, name: str) -> None:
    assert stack.properties(name)["TreatMissingData"] == ALARMS[name]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_to_do_and_where_more_is_written(stack: Stack, name: str) -> None:
    description = stack.properties(name)["AlarmDescription"]

    page, anchor = re.findall(r"Runbook: (docs/\S+\.md)#(\S+)$", description)[0]
    headings = re.findall(r"^## (.+)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert anchor in [heading.lower() for heading in headings]
    assert anchor == name.lower()
    assert re.search(r"\b(Look at|See|Read)\b", description)
    assert len(description) <= 1024


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_reads_metrics_that_exist(stack: Stack, name: str) -> None:
    for metric in _metrics(stack.properties(name)):
        if metric["Namespace"] == OURS:
            assert metric["MetricName"] in list(Metric)
            assert "Dimensions" not in metric
        else:
            [dimension] = metric["Dimensions"]
            assert dimension["Name"] == OF_AWS[metric["Namespace"], metric["MetricName"]]
            assert _resource(dimension["Value"]) in stack.resources


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarms_expression_is_about_the_metrics_beside_it(stack: Stack, name: str) -> None:
    queries = stack.properties(name).get("Metrics", [])
    returned = [query for query in queries if query["ReturnData"]]
    read = {query["Id"] for query in queries if "MetricStat" in query}
    words = set(re.findall(r"\b[a-z]\w*", returned[0]["Expression"])) if queries else set()

    assert len(returned) == bool(queries)
    assert words == read
    assert len(read) <= MOST_METRICS
    assert all(f"FILL({one}, 0)" in returned[0]["Expression"] for one in read)
    assert not any("SEARCH" in query.get("Expression", "") for query in queries)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_looks_back_no_further_than_cloudwatch_does(stack: Stack, name: str) -> None:
    # PutMetricAlarm: seven days, or one where a period is below an hour.
    alarm = stack.properties(name)
    periods = {_number(query["MetricStat"]["Period"]) for query in alarm.get("Metrics", []) if "MetricStat" in query}
    [period] = periods or {_number(alarm["Period"])}

    assert period % 60 == 0
    assert period * alarm["EvaluationPeriods"] <= (86_400 if period < 3600 else 604_800)


def test_every_functions_errors_are_watched(stack: Stack) -> None:
    watched = {metric["Dimensions"][0]["Value"]["Ref"] for metric in _metrics(stack.properties("FunctionsFail"))}

    assert watched == {f"{logical(name)}Function" for name in FUNCTIONS}


def test_every_function_that_does_not_run_is_noticed(stack: Stack) -> None:
    watched = {
        metric["Dimensions"][0]["Value"]["Ref"]
        for name in ("RunsAreMissing", "BackupsAreMissing", "CleanupIsMissing")
        for metric in _metrics(stack.properties(name))
    }
    by_its_silence = {"VerifyFunction"}  # it measures the age of backups; people are told of a drill that is stale

    assert watched | by_its_silence == {f"{logical(name)}Function" for name in FUNCTIONS}
    assert stack.properties("BackupsAreOld")["MetricName"] == Metric.BACKUP_AGE
    assert stack.properties("BackupsAreOld")["TreatMissingData"] == "breaching"


def test_every_metric_of_ours_is_watched_or_shown(stack: Stack) -> None:
    [dashboard] = stack.of_type("AWS::CloudWatch::Dashboard").values()
    used = {metric["MetricName"] for name in ALARMS for metric in _metrics(stack.properties(name))}

    assert all(metric in used or f'"{metric}"' in dashboard["DashboardBody"]["Fn::Sub"] for metric in Metric)
    assert len(Metric) <= 4, "each costs as much as 25,000 runs"


def test_cloudwatch_may_publish_to_the_watchdog(stack: Stack) -> None:
    # A topic with a policy of its own has lost the one that let the account's own alarms in.
    [policy] = [
        one for one in stack.of_type("AWS::SNS::TopicPolicy").values() if one["Topics"] == [{"Ref": "WatchdogTopic"}]
    ]
    [allowed] = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]

    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Action"] == "sns:Publish"
    assert allowed["Resource"] == {"Ref": "WatchdogTopic"}
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def _metrics(alarm: Json) -> Iterator[Json]:
    if "MetricName" in alarm:
        yield alarm
    for query in alarm.get("Metrics", []):
        if "MetricStat" in query:
            yield query["MetricStat"]["Metric"]


def _resource(value: Json) -> str:
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


def _number(value: Any) -> int:
    return int(plain().parameters[value["Ref"]]) if isinstance(value, dict) else int(value)
