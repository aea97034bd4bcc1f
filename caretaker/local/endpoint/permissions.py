"""What a call needs: the IAM action, where a service's requests are paths and not names.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from urllib.parse import parse_qs

from caretaker.local.endpoint.request import AwsRequest


def permission(request: AwsRequest) -> str:
    """Return the action that a role must allow for this request; the request's own name where that is the same."""
    match request.service:
        case "s3":
            return _of_s3(request)
        case "lambda" if request.method == "POST" and request.path.endswith("/invocations"):
            return "InvokeFunction"
        case _:
            return request.action


def _of_s3(request: AwsRequest) -> str:
    asked = parse_qs(request.query, keep_blank_values=True)
    if not request.path.strip("/").partition("/")[2]:
        return _of_a_bucket(request, asked)
    match request.method:
        case "PUT" | "POST":  # to begin an upload, its parts and its completion included
            return "PutObject"
        case "DELETE":
            return "AbortMultipartUpload" if "uploadId" in asked else "DeleteObject"
        case "GET" if "uploadId" in asked:
            return "ListMultipartUploadParts"
        case "GET" | "HEAD":
            return "GetObject"
        case _:
            return request.action


def _of_a_bucket(request: AwsRequest, asked: dict[str, list[str]]) -> str:
    if request.method == "GET" and "uploads" in asked:
        return "ListBucketMultipartUploads"
    if request.method == "GET" and "versions" in asked:
        return "ListBucketVersions"
    if request.method == "POST" and "delete" in asked:
        return "DeleteObject"
    if request.method == "HEAD" or (request.method == "GET" and ("list-type" in asked or not asked)):
        return "ListBucket"
    return request.action
