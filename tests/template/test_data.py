"""What the stack keeps, and how it keeps it."""

import pytest

from tests.template.stack import Stack, statements

TOPICS = ("AlertTopic", "WatchdogTopic")
QUEUES = ("DeadLetterQueue", "StreamFailureQueue")


def test_whatever_holds_data_outlives_the_stack_and_all_else_says_that_it_goes(stack: Stack) -> None:
    kept = {"AWS::DynamoDB::Table", "AWS::S3::Bucket"}
    gone = {"AWS::SQS::Queue", "AWS::Logs::LogGroup"}

    for resource in stack.resources.values():
        if resource["Type"] in kept | gone:
            policy = "Retain" if resource["Type"] in kept else "Delete"
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == (policy, policy)


def test_the_table_outlives_its_stack(stack: Stack) -> None:
    table = stack.resources["Table"]

    assert table["DeletionPolicy"] == "Retain"
    assert table["UpdateReplacePolicy"] == "Retain"


def test_the_table_can_be_taken_back_to_any_second(stack: Stack) -> None:
    recovery = stack.properties("Table")["PointInTimeRecoverySpecification"]

    assert recovery == {"PointInTimeRecoveryEnabled": True}


def test_the_table_has_the_keys_index_stream_and_expiry_that_the_code_uses(stack: Stack) -> None:
    table = stack.properties("Table")

    assert _keys(table["KeySchema"]) == ["pk", "sk"]
    [index] = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "due"
    assert _keys(index["KeySchema"]) == ["due", "due_at"]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert table["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_takes_messages_over_tls_only(stack: Stack, name: str) -> None:
    [policy] = [one for one in stack.of_type("AWS::SNS::TopicPolicy").values() if one["Topics"] == [{"Ref": name}]]

    [only] = [one for one in statements(policy["PolicyDocument"]) if one["Effect"] == "Deny"]
    assert only["Resource"] == {"Ref": name}
    assert only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_alerts_are_encrypted_and_the_watchdog_can_hear_cloudwatch(stack: Stack) -> None:
    assert stack.properties("AlertTopic")["KmsMasterKeyId"] == "alias/aws/sns"
    assert "KmsMasterKeyId" not in stack.properties("WatchdogTopic")


def test_the_watchdogs_subscription_exists_only_with_an_address(stack: Stack) -> None:
    subscription = stack.resources["WatchdogSubscription"]

    assert subscription["Condition"] == "HasWatchdogEmail"
    assert subscription["Properties"] == {
        "TopicArn": {"Ref": "WatchdogTopic"},
        "Protocol": "email",
        "Endpoint": {"Ref": "WatchdogEmail"},
    }


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_is_encrypted_keeps_its_messages_and_is_reached_over_tls_only(stack: Stack, name: str) -> None:
    queue = stack.properties(name)

    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    [policy] = [one for one in stack.of_type("AWS::SQS::QueuePolicy").values() if one["Queues"] == [{"Ref": name}]]
    [only] = [one for one in statements(policy["PolicyDocument"]) if one["Effect"] == "Deny"]
    assert (only["Effect"], only["Action"]) == ("Deny", "sqs:*")
    assert only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def _keys(schema: list[dict[str, str]]) -> list[str]:
    ordered = sorted(schema, key=lambda part: part["KeyType"])
    return [part["AttributeName"] for part in ordered]
