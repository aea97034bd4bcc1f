import io

import pytest

from caretaker.local.endpoint.permissions import permission
from caretaker.local.endpoint.request import read_request


def needed(service: str, method: str, path: str, query: str = "") -> str:
    credential = f"Credential=me/20261121/us-east-1/{service}/aws4_request"
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0",
        "wsgi.input": io.BytesIO(b""),
    }
    return permission(read_request(environ))


@pytest.mark.parametrize(
    ("method", "path", "query", "action"),
    [
        ("PUT", "/bucket/backups/key", "", "PutObject"),
        ("PUT", "/bucket/backups/key", "partNumber=1&uploadId=a", "PutObject"),
        ("POST", "/bucket/backups/key", "uploads", "PutObject"),
        ("POST", "/bucket/backups/key", "uploadId=a", "PutObject"),
        ("GET", "/bucket/backups/key", "", "GetObject"),
        ("HEAD", "/bucket/backups/key", "", "GetObject"),
        ("GET", "/bucket/backups/key", "uploadId=a", "ListMultipartUploadParts"),
        ("DELETE", "/bucket/backups/key", "uploadId=a", "AbortMultipartUpload"),
        ("DELETE", "/bucket/backups/key", "", "DeleteObject"),
        ("GET", "/bucket", "list-type=2&prefix=backups%2F", "ListBucket"),
        ("GET", "/bucket/", "", "ListBucket"),
        ("HEAD", "/bucket", "", "ListBucket"),
        ("GET", "/bucket", "uploads&prefix=backups%2F", "ListBucketMultipartUploads"),
        ("PUT", "/bucket", "versioning", "PUT /bucket"),
        ("GET", "/bucket", "versioning", "GET /bucket"),
    ],
)
def test_a_path_of_s3_needs_the_action_that_a_policy_names(method: str, path: str, query: str, action: str) -> None:
    assert needed("s3", method, path, query) == action


def test_a_deletion_of_many_objects_is_a_deletion() -> None:
    assert needed("s3", "POST", "/bucket", "delete") == "DeleteObject"


def test_an_invocation_needs_the_right_to_invoke() -> None:
    assert needed("lambda", "POST", "/2015-03-31/functions/backup/invocations") == "InvokeFunction"
    assert needed("lambda", "GET", "/2015-03-31/functions") == "GET /2015-03-31/functions"
