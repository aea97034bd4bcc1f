import pytest

from caretaker.local.errors import TemplateError
from caretaker.local.events.patterns import check_pattern, matches

OUTBOX = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["OUTBOX"]}}}}


def record(name: str = "INSERT", pk: str = "OUTBOX") -> dict[str, object]:
    return {"eventName": name, "dynamodb": {"Keys": {"pk": {"S": pk}}}}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (record(), True),
        (record(name="MODIFY"), False),
        (record(pk="STATE#uptime"), False),
        ({"eventName": "INSERT"}, False),
        ({"eventName": "INSERT", "dynamodb": "a text"}, False),
    ],
)
def test_every_name_of_a_pattern_has_to_hold(event: dict[str, object], expected: bool) -> None:
    assert matches(OUTBOX, event) is expected


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ({"prefix": "OUT"}, "OUTBOX", True),
        ({"prefix": "OUT"}, "IN", False),
        ({"suffix": "BOX"}, "OUTBOX", True),
        ({"equals-ignore-case": "outbox"}, "OUTBOX", True),
        ({"wildcard": "O*B*X"}, "OUTBOX", True),
        ({"wildcard": "O*Y"}, "OUTBOX", False),
        ({"anything-but": ["a", "b"]}, "c", True),
        ({"anything-but": ["a", "b"]}, "a", False),
        ({"anything-but": {"prefix": "a"}}, "abc", False),
        ({"numeric": [">", 0, "<=", 5]}, 5, True),
        ({"numeric": [">", 0, "<=", 5]}, 6, False),
        ({"numeric": ["=", 1]}, True, False),
        ({"prefix": "1"}, 1, False),
        (1, True, False),
        (None, None, True),
    ],
)
def test_an_operator_lets_through_what_it_says(rule: object, value: object, expected: bool) -> None:
    assert matches({"name": [rule]}, {"name": value}) is expected


def test_whether_a_name_exists_can_be_asked() -> None:
    assert matches({"name": [{"exists": False}]}, {})
    assert not matches({"name": [{"exists": True}]}, {})
    assert matches({"name": [{"exists": True}]}, {"name": None})


def test_one_of_several_patterns_is_enough() -> None:
    pattern = {"$or": [{"a": ["1"]}, {"b": ["2"]}]}

    assert matches(pattern, {"b": "2"})
    assert not matches(pattern, {"b": "1"})


def test_one_member_of_a_list_is_enough() -> None:
    assert matches({"tags": ["b"]}, {"tags": ["a", "b"]})


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ({"a": [{"cidr": "10.0.0.0/8"}]}, "does not know the operator 'cidr'"),
        ({"a": [{"prefix": "x", "suffix": "y"}]}, "does not know the operator"),
        ({"a": "x"}, "a has to be a list"),
        ([], "is not a JSON object"),
        ({"$or": [{"a": "x"}]}, "a has to be a list"),
    ],
)
def test_what_is_not_known_is_refused(pattern: object, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        check_pattern(pattern, "the filter")
