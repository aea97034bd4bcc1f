"""Sharing a run out: off by default, and every share is started with what it needs."""

import json

from tests.template.stack import Stack


def test_no_run_is_shared_out_unless_that_is_asked_for(stack: Stack) -> None:
    for name in ("UptimeSharing", "UptimeSharingRole"):
        assert stack.resources[name]["Condition"] == "SharesRuns"
    arn = stack.properties("UptimeRuns")["Target"]["Arn"]
    assert arn == {"Fn::If": ["SharesRuns", {"Ref": "UptimeSharing"}, {"Fn::GetAtt": ["UptimeFunction", "Arn"]}]}


def test_each_share_gets_the_event_of_the_function(stack: Stack) -> None:
    machine = stack.properties("UptimeSharing")
    text = machine["DefinitionString"].replace("${Shares}", "4").replace("${Function}", "arn:function")
    definition = json.loads(text)
    number, share = definition["States"]["Number"], definition["States"]["Share"]
    assert number["Parameters"]["shares.$"] == "States.ArrayRange(0, States.MathAdd(4, -1), 1)"
    assert share["ItemSelector"] == {
        "scheduled_at.$": "$.scheduled_at",
        "share.$": "$$.Map.Item.Value",
        "of": 4,
    }
    look = share["ItemProcessor"]["States"]["Look"]
    assert look["Resource"] == "arn:function"
    assert look["Catch"], "one share that fails must not end the others"
    assert set(machine["DefinitionSubstitutions"]) == {"Function", "Shares"}
