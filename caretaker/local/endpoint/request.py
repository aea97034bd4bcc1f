"""A request of a client of AWS, as far as the local AWS needs to understand it."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from caretaker.local.identity import INTERNAL_KEY, function_of

Environ = dict[str, Any]  # WSGI's

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/aws4_request")
_PRESIGNED = re.compile(r"X-Amz-Credential=([^&]+)")
# Where each service's requests name what they act on.
_RESOURCE_NAMES = (
    *("TableName", "IndexName", "TopicArn", "QueueUrl", "QueueName", "SecretId", "Name", "Names"),
    *("StackName", "logGroupName", "StreamArn", "FunctionName"),
)


@dataclass(frozen=True, slots=True)
class AwsRequest:
    """Who asks for what. ``parameters`` is the body, where it has names."""

    service: str
    action: str
    access_key: str
    method: str
    path: str
    query: str
    body: bytes
    parameters: Mapping[str, Any]

    @property
    def function(self) -> str:
        """The function whose process asks, empty if it is somebody else."""
        return function_of(self.access_key)

    @property
    def internal(self) -> bool:
        """Whether the local AWS itself asks."""
        return self.access_key == INTERNAL_KEY

    @property
    def resources(self) -> tuple[str, ...]:
        """What the request acts on, by the names that it uses."""
        if self.service in ("dynamodb", "dynamodbstreams"):
            return tuple(sorted(_table_names(self.parameters)))
        found: list[str] = []
        for name in _RESOURCE_NAMES:
            value = self.parameters.get(name, [])
            found += value if isinstance(value, list) else [str(value)]
        return tuple(found) or ((self.path,) if not self.parameters else ())


def read_request(environ: Environ) -> AwsRequest:
    """Return the request; its body stays readable in ``environ``."""
    body = _body(environ)
    path = unquote(environ.get("PATH_INFO", "/"))
    query = environ.get("QUERY_STRING", "")
    access_key, service = _signature(environ, query)
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    content_type = environ.get("CONTENT_TYPE", "")
    parameters: Mapping[str, Any] = {}
    if content_type.startswith("application/x-www-form-urlencoded"):
        parameters = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace"), True).items()}
    elif "json" in content_type and body:
        parameters = _json(body)
    if target.startswith("DynamoDBStreams"):
        service = "dynamodbstreams"
    action = target.rpartition(".")[2] or str(parameters.get("Action", "")) or f"{environ['REQUEST_METHOD']} {path}"
    return AwsRequest(service, action, access_key, environ["REQUEST_METHOD"], path, query, body, parameters)


def _body(environ: Environ) -> bytes:
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body: bytes = stream.read()
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def _signature(environ: Environ, query: str) -> tuple[str, str]:
    found = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if found:
        return found[1], found[2]
    if presigned := _PRESIGNED.search(query):
        parts = unquote(presigned[1]).split("/")
        if len(parts) == 5:
            return parts[0], parts[3]
    return "", ""


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _table_names(parameters: Mapping[str, Any]) -> set[str]:
    found = {str(parameters[name]) for name in ("TableName", "StreamArn") if name in parameters}
    if "IndexName" in parameters:
        found = {f"{name}/index/{parameters['IndexName']}" for name in found}
    found |= set(parameters.get("RequestItems", {}))
    for item in parameters.get("TransactItems", []):
        found |= {str(action["TableName"]) for action in item.values() if "TableName" in action}
    return found
