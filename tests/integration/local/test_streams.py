import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from caretaker.local.aws import LocalAws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def dynamodb(aws: LocalAws) -> "DynamoDBClient":
    client: DynamoDBClient = aws.client("dynamodb")
    return client


def put(aws: LocalAws, dynamodb: "DynamoDBClient", *keys: str, pk: str = "READ") -> None:
    """Write items in one transaction, so that the reader finds them together."""
    table = aws.variables("probe")["TABLE"]
    items: list[Any] = [{"Put": {"TableName": table, "Item": {"pk": {"S": pk}, "sk": {"S": key}}}} for key in keys]
    dynamodb.transact_write_items(TransactItems=items)


def batches(aws: LocalAws) -> Iterator[list[str]]:
    aws.drain()
    for line in aws.logs("reader"):
        if isinstance(line, dict):
            yield line["keys"]


def failures(aws: LocalAws) -> list[dict[str, Any]]:
    sqs = aws.client("sqs")
    (url,) = (url for url in sqs.list_queues()["QueueUrls"] if "StreamFailures" in url)
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def test_records_arrive_in_order_and_in_batches(aws: LocalAws, dynamodb: "DynamoDBClient") -> None:
    put(aws, dynamodb, *(f"{number:02}" for number in range(10)))

    assert list(batches(aws)) == [["00", "01", "02", "03"], ["04", "05", "06", "07"], ["08", "09"]]


def test_a_record_has_the_form_that_lambda_gives_it(aws: LocalAws, dynamodb: "DynamoDBClient") -> None:
    put(aws, dynamodb, "one")

    list(batches(aws))
    (line,) = aws.logs("reader")
    assert isinstance(line, dict)
    record = line["first"]
    assert record["eventName"] == "INSERT"
    assert record["eventSource"] == "aws:dynamodb"
    assert "/stream/" in record["eventSourceARN"]
    assert record["dynamodb"]["Keys"] == {"pk": {"S": "READ"}, "sk": {"S": "one"}}
    assert record["dynamodb"]["StreamViewType"] == "KEYS_ONLY"
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], float)
    assert "NewImage" not in record["dynamodb"]


def test_only_what_the_filter_lets_through_arrives(aws: LocalAws, dynamodb: "DynamoDBClient") -> None:
    table = aws.variables("probe")["TABLE"]
    put(aws, dynamodb, "new")
    put(aws, dynamodb, "other", pk="OTHER")
    dynamodb.update_item(
        TableName=table,
        Key={"pk": {"S": "READ"}, "sk": {"S": "new"}},
        UpdateExpression="SET a = :a",
        ExpressionAttributeValues={":a": {"S": "changed"}},
    )
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": "READ"}, "sk": {"S": "new"}})

    assert list(batches(aws)) == [["new"]]


def test_a_transaction_that_is_rolled_back_leaves_no_record(aws: LocalAws, dynamodb: "DynamoDBClient") -> None:
    table = aws.variables("probe")["TABLE"]
    put(aws, dynamodb, "before")
    refused: Any = {
        "TableName": table,
        "Item": {"pk": {"S": "READ"}, "sk": {"S": "before"}},
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    first: Any = {"TableName": table, "Item": {"pk": {"S": "READ"}, "sk": {"S": "never"}}}

    with pytest.raises(ClientError, match="TransactionCanceled"):
        dynamodb.transact_write_items(TransactItems=[{"Put": first}, {"Put": refused}])
    put(aws, dynamodb, "after")

    assert list(batches(aws)) == [["before"], ["after"]]


def test_a_partial_response_repeats_from_the_failed_record_on_and_then_gives_it_up(
    aws: LocalAws, dynamodb: "DynamoDBClient"
) -> None:
    put(aws, dynamodb, "a", "refuse", "b")

    assert list(batches(aws)) == [["a", "refuse", "b"], ["refuse", "b"], ["refuse", "b"]]
    (record,) = failures(aws)
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["DDBStreamBatchInfo"]["batchSize"] == 2


def test_a_failed_batch_is_divided_until_the_bad_record_is_alone(aws: LocalAws, dynamodb: "DynamoDBClient") -> None:
    put(aws, dynamodb, "a", "b", "raise", "c")

    seen = list(batches(aws))

    assert seen == [["a", "b", "raise", "c"], ["a", "b"], ["raise", "c"], ["raise"], ["raise"], ["raise"], ["c"]]
    (record,) = failures(aws)
    assert record["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_bad_record_does_not_hold_up_the_next_ones(aws: LocalAws, dynamodb: "DynamoDBClient") -> None:
    put(aws, dynamodb, "raise")
    put(aws, dynamodb, "good")

    assert list(batches(aws))[-1] == ["good"]
