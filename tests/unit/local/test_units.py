"""What the local AWS counts for calls of DynamoDB, against the rules of its pricing."""

import json
from typing import Any

import pytest

from caretaker.local.endpoint.request import AwsRequest
from caretaker.local.endpoint.units import Units, size, units

KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}


def called(action: str, parameters: dict[str, Any], answer: object = None, service: str = "dynamodb") -> Units:
    request = AwsRequest(service, action, "", "POST", "/", "", b"", parameters)
    return units(request, json.dumps(answer or {}).encode())


def item(length: int, **more: Any) -> dict[str, Any]:
    """Return an item of so many bytes."""
    return {"a": {"S": "x" * (length - 1)}, **more}


@pytest.mark.parametrize(("length", "writes"), [(10, 1), (1024, 1), (1025, 2), (5000, 5)])
def test_a_put_is_charged_by_the_kilobyte(length: int, writes: int) -> None:
    assert called("PutItem", {"Item": item(length)}) == Units(writes=writes)


def test_a_transaction_is_charged_twice() -> None:
    actions = [{"Put": {"Item": item(1500)}}, {"Update": {"Key": KEY}}]

    assert called("TransactWriteItems", {"TransactItems": actions}) == Units(writes=4 + 2)


def test_an_item_in_the_index_is_written_there_too() -> None:
    assert called("PutItem", {"Item": item(10, due={"S": "x"})}) == Units(writes=2)


@pytest.mark.parametrize(("consistent", "reads"), [(True, 3), (False, 1.5)])
def test_a_query_is_charged_by_all_that_it_found(consistent: bool, reads: float) -> None:
    found = {"Items": [item(5000), item(5000)]}

    assert called("Query", {"ConsistentRead": consistent}, found) == Units(reads=reads)


def test_a_query_that_finds_nothing_is_charged_all_the_same() -> None:
    assert called("Query", {"ConsistentRead": True}, {"Items": []}) == Units(reads=1)


def test_a_batch_is_charged_item_by_item() -> None:
    wanted = {"RequestItems": {"t": {"Keys": [KEY, KEY, KEY]}}}

    assert called("BatchGetItem", wanted, {"Responses": {"t": [item(5000), item(10)]}}) == Units(reads=4)


@pytest.mark.parametrize("action", ["UpdateItem", "DeleteItem"])
def test_what_does_not_hold_its_item_counts_as_a_small_one(action: str) -> None:
    assert called(action, {"Key": KEY}) == Units(writes=1)


def test_other_services_are_not_charged_in_units() -> None:
    assert called("PutItem", {"Item": item(10)}, service="s3") == Units()


def test_the_size_of_an_item_is_that_of_names_and_values() -> None:
    assert size({"ab": {"S": "é"}, "n": {"N": "1234"}, "b": {"B": "AAAA"}}) == (2 + 2) + (1 + 3) + (1 + 3)
    assert size({"l": {"L": [{"S": "ab"}]}, "m": {"M": {"k": {"BOOL": True}}}}) == (1 + 3 + 3) + (1 + 3 + 1 + 1 + 1)
