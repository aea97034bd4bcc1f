import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from caretaker.local.aws import LocalAws
from caretaker.local.identity import OPERATOR_KEY

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY: Any = {"pk": {"S": "key"}, "sk": {"S": "-"}}


@pytest.fixture
def dynamodb(aws: LocalAws) -> "DynamoDBClient":
    """A client that does not repeat what failed."""
    import boto3

    session = boto3.Session(aws_access_key_id=OPERATOR_KEY, aws_secret_access_key="x", region_name="us-east-1")
    config = Config(retries={"total_max_attempts": 1})
    return session.client("dynamodb", endpoint_url=aws.endpoint_url, config=config)


@pytest.fixture
def table(aws: LocalAws) -> str:
    return aws.variables("probe")["TABLE"]


def stored(dynamodb: "DynamoDBClient", table: str) -> bool:
    return "Item" in dynamodb.get_item(TableName=table, Key=KEY)


def test_a_fault_hits_the_next_call_that_fits(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    aws.faults.add("dynamodb", "PutItem", error="ThrottlingException")

    dynamodb.scan(TableName=table)
    with pytest.raises(ClientError) as caught:
        dynamodb.put_item(TableName=table, Item=KEY)
    assert not stored(dynamodb, table)
    dynamodb.put_item(TableName=table, Item=KEY)

    assert caught.value.response["Error"]["Code"] == "ThrottlingException"
    assert [call.status for call in aws.calls if call.action == "PutItem"] == [400, 200]


def test_a_fault_can_come_after_the_call_was_carried_out(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    aws.faults.add("dynamodb", "PutItem", error="InternalServerError", after=True)

    with pytest.raises(ClientError) as caught:
        dynamodb.put_item(TableName=table, Item=KEY)

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert stored(dynamodb, table)


@pytest.mark.parametrize("after", [False, True])
def test_a_connection_can_be_dropped(aws: LocalAws, dynamodb: "DynamoDBClient", table: str, after: bool) -> None:
    aws.faults.add("dynamodb", "PutItem", error="drop", after=after)

    with pytest.raises(BotoCoreError):
        dynamodb.put_item(TableName=table, Item=KEY)

    assert stored(dynamodb, table) is after
    assert [call.status for call in aws.calls if call.action == "PutItem"] == [0]


def test_an_answer_can_be_late(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    aws.faults.add("dynamodb", delay=0.3)

    started = time.monotonic()
    dynamodb.put_item(TableName=table, Item=KEY)

    assert time.monotonic() - started >= 0.3
    assert stored(dynamodb, table)


def test_a_fault_can_skip_calls_and_hit_several(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    aws.faults.add("dynamodb", error="ThrottlingException", skip=1, times=2)

    outcomes = [attempt(dynamodb, table) for _ in range(4)]

    assert outcomes == ["stored", "ThrottlingException", "ThrottlingException", "stored"]


def test_a_fault_can_hit_one_function_alone(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    aws.faults.add("dynamodb", function="probe", error="ResourceNotFoundException")
    scan = {"do": "call", "service": "dynamodb", "method": "scan", "arguments": {"TableName": table}}

    assert attempt(dynamodb, table) == "stored"
    assert "ResourceNotFoundException" in aws.invoke("probe", scan).error
    assert not aws.invoke("probe", scan).failed


def test_faults_can_be_cleared(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    aws.faults.add("dynamodb", error="ThrottlingException", times=0)
    assert attempt(dynamodb, table) == "ThrottlingException"

    aws.faults.clear()

    assert attempt(dynamodb, table) == "stored"


def test_an_error_of_sns_is_worded_as_sns_does(aws: LocalAws) -> None:
    aws.faults.add("sns", "Publish", error="EndpointDisabled", status=400)

    with pytest.raises(ClientError, match="injected") as caught:
        aws.client("sns").publish(TopicArn=aws.variables("probe")["TOPIC"], Message="m")

    assert caught.value.response["Error"]["Code"] == "EndpointDisabled"
    assert aws.published() == []


def test_details_of_a_cancelled_transaction_can_be_given(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    details = {"CancellationReasons": [{"Code": "TransactionConflict"}]}
    aws.faults.add("dynamodb", error="TransactionCanceledException", details=details)

    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": KEY}}])

    reasons: Any = caught.value.response
    assert reasons["CancellationReasons"] == [{"Code": "TransactionConflict"}]


def test_published_messages_are_recorded(aws: LocalAws) -> None:
    topic = aws.variables("probe")["TOPIC"]
    attributes: Any = {"severity": {"DataType": "String", "StringValue": "critical"}}

    aws.client("sns").publish(TopicArn=topic, Subject="Ünï", Message="a & b", MessageAttributes=attributes)

    (message,) = aws.published()
    assert (message.topic, message.subject, message.message) == (topic, "Ünï", "a & b")
    assert message.attributes == {"severity": "critical"}


def test_a_repeated_transaction_is_carried_out_once(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    action: Any = {
        "TableName": table,
        "Key": KEY,
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }

    for _ in range(2):
        dynamodb.transact_write_items(TransactItems=[{"Update": action}], ClientRequestToken="the-same")

    assert dynamodb.get_item(TableName=table, Key=KEY)["Item"]["n"] == {"N": "1"}


def test_a_token_with_another_transaction_is_refused(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    other: Any = {**KEY, "other": {"S": "x"}}
    dynamodb.transact_write_items(
        TransactItems=[{"Put": {"TableName": table, "Item": KEY}}], ClientRequestToken="the-same"
    )

    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(
            TransactItems=[{"Put": {"TableName": table, "Item": other}}], ClientRequestToken="the-same"
        )

    assert caught.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"


def test_writes_at_once_do_not_disturb_each_other(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    action: Any = {
        "TableName": table,
        "Key": KEY,
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }

    def add(number: int) -> None:
        if number % 2:
            dynamodb.update_item(**action)
        else:
            dynamodb.transact_write_items(TransactItems=[{"Update": action}])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(80)))

    assert dynamodb.get_item(TableName=table, Key=KEY)["Item"]["n"] == {"N": "80"}


def test_only_one_of_many_conditional_writes_wins(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    def claim(_: int) -> bool:
        try:
            dynamodb.put_item(TableName=table, Item=KEY, ConditionExpression="attribute_not_exists(pk)")
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(40))) == 1


def test_what_motos_cloudformation_drops_is_made_up_for(aws: LocalAws, dynamodb: "DynamoDBClient", table: str) -> None:
    time_to_live = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]

    assert time_to_live == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_waiting_for_a_message_does_not_stop_its_sender(aws: LocalAws) -> None:
    queue = aws.variables("probe")["QUEUE"]
    sqs = aws.client("sqs")

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sqs.receive_message, QueueUrl=queue, WaitTimeSeconds=10)
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody="hello")
        (message,) = waiting.result(timeout=5)["Messages"]

    assert message["Body"] == "hello"


def test_pages_of_browsers_are_refused(aws: LocalAws) -> None:
    for path, headers in (("/_caretaker/reset", {}), ("/", {"Host": "rebound.example.com"})):
        connection = http.client.HTTPConnection("127.0.0.1", aws.port)
        connection.request("POST", path, "{}", headers)
        assert connection.getresponse().status == 403
        connection.close()


def attempt(dynamodb: "DynamoDBClient", table: str) -> str:
    try:
        dynamodb.put_item(TableName=table, Item=KEY)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "stored"
