import io
import json
from urllib.parse import urlencode

from caretaker.local.endpoint.request import AwsRequest, read_request
from caretaker.local.identity import function_key


def request(body: bytes, content_type: str, *, service: str, key: str = "me", target: str = "") -> AwsRequest:
    credential = f"Credential={key}/20261121/us-east-1/{service}/aws4_request"
    return read_request(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0",
            "HTTP_X_AMZ_TARGET": target,
            "wsgi.input": io.BytesIO(body),
        }
    )


def of_dynamodb(action: str, parameters: object, key: str = "me") -> AwsRequest:
    target = f"DynamoDB_20120810.{action}"
    return request(
        json.dumps(parameters).encode(), "application/x-amz-json-1.0", service="dynamodb", key=key, target=target
    )


def test_the_function_is_known_from_its_credentials() -> None:
    assert of_dynamodb("Scan", {}, function_key("uptime")).function == "uptime"
    assert of_dynamodb("Scan", {}).function == ""


def test_a_transaction_names_all_its_tables() -> None:
    items = [{"Put": {"TableName": "a"}}, {"Update": {"TableName": "b"}}, {"ConditionCheck": {"TableName": "a"}}]

    found = of_dynamodb("TransactWriteItems", {"TransactItems": items})

    assert (found.service, found.action, found.resources) == ("dynamodb", "TransactWriteItems", ("a", "b"))


def test_an_index_is_named_with_its_table() -> None:
    assert of_dynamodb("Query", {"TableName": "t", "IndexName": "due"}).resources == ("t/index/due",)


def test_a_batch_names_its_tables() -> None:
    assert of_dynamodb("BatchGetItem", {"RequestItems": {"t": {}}}).resources == ("t",)


def test_a_form_names_its_action_and_topic() -> None:
    form = urlencode({"Action": "Publish", "TopicArn": "arn:topic", "Message": ""}).encode()

    found = request(form, "application/x-www-form-urlencoded; charset=utf-8", service="sns")

    assert (found.service, found.action, found.resources) == ("sns", "Publish", ("arn:topic",))
    assert found.parameters["Message"] == ""


def test_parameters_are_named() -> None:
    body = json.dumps({"Names": ["/a", "/b"]}).encode()

    found = request(body, "application/x-amz-json-1.1", service="ssm", target="AmazonSSM.GetParameters")

    assert found.resources == ("/a", "/b")


def test_a_body_that_is_no_json_is_let_through() -> None:
    assert request(b"{", "application/json", service="lambda").parameters == {}
