from typing import Any

import pytest

from caretaker.local.stack.intrinsics import Resolver, Unresolvable


class Resources:
    def reference(self, logical_id: str) -> str:
        if logical_id != "Table":
            raise Unresolvable(f"there is no resource or parameter {logical_id}")
        return "the-table"

    def attribute(self, logical_id: str, attribute: str) -> str:
        return f"{self.reference(logical_id)}/{attribute}"


RESOLVER = Resolver(
    parameters={"Environment": "production", "Email": ""},
    conditions={
        "HasEmail": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Email"}, ""]}]},
        "Loud": {"Fn::Or": [{"Condition": "HasEmail"}, {"Fn::Equals": [{"Ref": "Environment"}, "production"]}]},
    },
    mappings={"Sizes": {"production": {"memory": 512}}},
    lookup=Resources(),
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        ({"Ref": "Environment"}, "production"),
        ({"Ref": "Table"}, "the-table"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "the-table/Arn"),
        ({"Fn::GetAtt": "Table.Stream.Arn"}, "the-table/Stream.Arn"),
        (
            {"Fn::Sub": "${Table}/${Table.Arn}/${Environment}/${!Literal}"},
            "the-table/the-table/Arn/production/${Literal}",
        ),
        ({"Fn::Sub": ["${Name}!", {"Name": {"Ref": "Table"}}]}, "the-table!"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Environment"}]]}, "a-production"),
        ({"Fn::Select": [1, {"Fn::Split": [",", "a,b,c"]}]}, "b"),
        ({"Fn::If": ["HasEmail", "yes", "no"]}, "no"),
        ({"Fn::If": ["Loud", "yes", "no"]}, "yes"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Environment"}, "memory"]}, 512),
        ({"Fn::ToJsonString": {"a": {"Ref": "Table"}}}, '{"a": "the-table"}'),
        ({"kept": 1, "left out": {"Ref": "AWS::NoValue"}}, {"kept": 1}),
        ([{"Ref": "AWS::NoValue"}, 1], [1]),
    ],
)
def test_a_function_gives_its_value(value: Any, expected: object) -> None:
    assert RESOLVER.resolve(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"Ref": "Tabel"}, "no resource or parameter Tabel"),
        ({"Fn::Sub": "${Tabel.Arn}"}, "no resource or parameter Tabel"),
        ({"Fn::ImportValue": "other"}, "does not know Fn::ImportValue"),
        ({"Fn::If": ["Unknown", 1, 2]}, "no condition Unknown"),
        ({"Fn::FindInMap": ["Sizes", "staging", "memory"]}, "no mapping Sizes.staging.memory"),
    ],
)
def test_what_leads_nowhere_is_named(value: Any, reason: str) -> None:
    with pytest.raises(Unresolvable, match=reason):
        RESOLVER.resolve(value)
