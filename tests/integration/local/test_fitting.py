"""What is put in the place of moto's slow ways gives what moto gives."""

import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from caretaker.local.aws import LocalAws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

EVERY_KIND: Any = {
    "pk": {"S": "a"},
    "sk": {"S": "b"},
    "text": {"S": 'ünï " \\ \n'},
    "empty": {"S": ""},
    "number": {"N": "-1.50"},
    "bytes": {"B": b"\x00\xff"},
    "set of bytes": {"BS": [b"\x00", b"\x01"]},
    "set of numbers": {"NS": ["1", "2.5"]},
    "set of texts": {"SS": ["x", "y"]},
    "true": {"BOOL": True},
    "false": {"BOOL": False},
    "null": {"NULL": True},
    "list": {"L": [{"S": "x"}, {"L": [{"B": b"z"}]}, {"M": {}}]},
    "map": {"M": {"inner": {"L": []}, "bytes": {"B": b"q"}}},
}


@pytest.fixture
def dynamodb(aws: LocalAws) -> "tuple[DynamoDBClient, str]":
    return aws.client("dynamodb"), aws.variables("probe")["TABLE"]


def test_every_kind_of_value_comes_back_as_it_was_stored(dynamodb: "tuple[DynamoDBClient, str]") -> None:
    client, table = dynamodb
    client.put_item(TableName=table, Item=EVERY_KIND)
    key: Any = {"pk": {"S": "a"}, "sk": {"S": "b"}}

    found: Any = client.get_item(TableName=table, Key=key)["Item"]
    (in_batch,) = client.batch_get_item(RequestItems={table: {"Keys": [key]}})["Responses"][table]
    (in_query,) = client.query(
        TableName=table, KeyConditionExpression="pk = :a", ExpressionAttributeValues={":a": {"S": "a"}}
    )["Items"]

    for kind in ("set of bytes", "set of numbers", "set of texts"):
        ((name, values),) = found[kind].items()
        found[kind] = {name: sorted(values)}
    assert found == EVERY_KIND
    assert in_batch.keys() == in_query.keys() == EVERY_KIND.keys()


def test_a_transaction_that_is_no_transaction_leaves_every_item_as_it_was(
    dynamodb: "tuple[DynamoDBClient, str]",
) -> None:
    client, table = dynamodb
    for name in ("changed", "replaced", "deleted"):
        client.put_item(TableName=table, Item={**key(name), "n": {"N": "1"}})
    before = client.scan(TableName=table)["Items"]

    with pytest.raises(ClientError) as caught:
        client.transact_write_items(
            TransactItems=[
                {
                    "Update": {
                        "TableName": table,
                        "Key": key("changed"),
                        "UpdateExpression": "SET n = n + :n",
                        "ExpressionAttributeValues": {":n": {"N": "1"}},
                    }
                },
                {"Put": {"TableName": table, "Item": {**key("replaced"), "n": {"N": "2"}}}},
                {"Delete": {"TableName": table, "Key": key("deleted")}},
                {"Put": {"TableName": table, "Item": key("new")}},
                {
                    "ConditionCheck": {
                        "TableName": table,
                        "Key": key("changed"),
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
            ]
        )

    # The same item twice is refused as a whole: DynamoDB's own rule.
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert client.scan(TableName=table)["Items"] == before


def test_a_refused_condition_leaves_every_item_as_it_was(dynamodb: "tuple[DynamoDBClient, str]") -> None:
    client, table = dynamodb
    for name in ("changed", "deleted"):
        client.put_item(TableName=table, Item={**key(name), "n": {"N": "1"}})
    before = client.scan(TableName=table)["Items"]
    change: Any = {
        "TableName": table,
        "Key": key("changed"),
        "UpdateExpression": "SET n = n + :n, m = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }
    refused: Any = {"TableName": table, "Key": key("other"), "ConditionExpression": "attribute_exists(pk)"}

    with pytest.raises(ClientError) as caught:
        client.transact_write_items(
            TransactItems=[
                {"Update": change},
                {"Delete": {"TableName": table, "Key": key("deleted")}},
                {"Put": {"TableName": table, "Item": key("new")}},
                {"ConditionCheck": refused},
            ]
        )

    reasons: Any = caught.value.response
    assert [reason["Code"] for reason in reasons["CancellationReasons"]] == ["None"] * 3 + ["ConditionalCheckFailed"]
    assert client.scan(TableName=table)["Items"] == before
    client.update_item(**change)
    assert client.get_item(TableName=table, Key=key("changed"))["Item"]["n"] == {"N": "2"}


def test_large_tables_do_not_slow_transactions_down(dynamodb: "tuple[DynamoDBClient, str]") -> None:
    client, table = dynamodb
    seconds = []
    for chunk in range(12):
        items: Any = [
            {"Put": {"TableName": table, "Item": {**key(f"{chunk}-{number}"), "verdicts": {"L": [{"S": "x"}] * 12}}}}
            for number in range(90)
        ]
        started = time.monotonic()
        client.transact_write_items(TransactItems=items)
        seconds.append(time.monotonic() - started)

    assert min(seconds[-3:]) < 8 * min(seconds[:3])  # moto alone: 60 times


def key(name: str) -> dict[str, Any]:
    return {"pk": {"S": "item"}, "sk": {"S": name}}
