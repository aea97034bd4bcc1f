"""Lambda's API, as far as functions, the AWS CLI and the ``caretaker`` command use it.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import base64
import json
from collections.abc import Callable
from typing import Any

from caretaker.local.endpoint.application import Reply, json_reply
from caretaker.local.endpoint.request import AwsRequest, Environ
from caretaker.local.functions.invoker import Invoker
from caretaker.local.functions.logs import tail
from caretaker.local.functions.outcome import Outcome
from caretaker.local.functions.pool import Throttled
from caretaker.local.stack.registry import Registry
from caretaker.local.stack.resources import Function
from caretaker.local.stack.template import ACCOUNT, REGION

_ROOT = "2015-03-31"
_LARGEST_EVENT = 6 * 1024 * 1024


class LambdaApi:
    """Answers for Lambda; the stack and its invoker change when the local AWS is reset."""

    def __init__(self, stack: Callable[[], tuple[Registry, Invoker]]) -> None:
        self._stack = stack

    def answer(self, request: AwsRequest, environ: Environ) -> Reply:
        """Return the reply to a request of Lambda's API."""
        registry, invoker = self._stack()
        match [request.method, *request.path.strip("/").split("/")]:
            case ["GET", root, "functions"] if root == _ROOT:
                functions = [_configuration(function) for function in registry.functions]
                return _json(200, {"Functions": functions})
            case ["GET", root, "functions", name] if root == _ROOT:
                function = registry.function(name)
                return _json(200, {"Configuration": _configuration(function)}) if function else _not_found(name)
            case ["GET", root, "functions", name, "configuration"] if root == _ROOT:
                function = registry.function(name)
                return _json(200, _configuration(function)) if function else _not_found(name)
            case ["POST", root, "functions", name, "invocations"] if root == _ROOT:
                function = registry.function(name)
                return _invoke(function, request, environ, invoker) if function else _not_found(name)
        return _error(400, "InvalidRequestContentException", f"the local AWS does not know {request.action}")


def _invoke(function: Function, request: AwsRequest, environ: Environ, invoker: Invoker) -> Reply:
    event = request.body or b"{}"
    try:
        json.loads(event)
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        return _error(400, "InvalidRequestContentException", message)
    if len(event) > _LARGEST_EVENT:
        message = f"{len(event)} byte payload is too large (limit {_LARGEST_EVENT} bytes)"
        return _error(413, "RequestTooLargeException", message)
    match environ.get("HTTP_X_AMZ_INVOCATION_TYPE", "RequestResponse"):
        case "DryRun":
            return Reply(204, (), b"")
        case "Event":
            invocation = invoker.submit(function, event)
            return json_reply(202, b"", ("x-amzn-RequestId", invocation.request))
    try:
        request_id, outcome = invoker.invoke(function, event, wait=False)
    except Throttled:
        return _error(429, "TooManyRequestsException", "Rate Exceeded.")
    headers = [("x-amzn-RequestId", request_id), ("X-Amz-Executed-Version", "$LATEST")]
    if outcome.failed:
        headers.append(("X-Amz-Function-Error", "Unhandled"))
    if environ.get("HTTP_X_AMZ_LOG_TYPE") == "Tail":
        headers.append(("X-Amz-Log-Result", base64.b64encode(tail(_log_text(request_id, outcome))).decode()))
    return json_reply(200, outcome.payload, *headers)


def _log_text(request: str, outcome: Outcome) -> str:
    start, end = f"START RequestId: {request} Version: $LATEST", f"END RequestId: {request}"
    return "\n".join([start, *outcome.logs, end, outcome.report, ""])


def _configuration(function: Function) -> dict[str, Any]:
    return {
        "FunctionName": function.physical_name,
        "FunctionArn": function.arn,
        "Runtime": "python3.13",
        "Handler": function.handler,
        "Timeout": int(function.timeout),
        "MemorySize": function.memory,
        "Environment": {"Variables": dict(function.environment)},
        "LoggingConfig": {"LogGroup": function.log_group},
        "Version": "$LATEST",
        "State": "Active",
        "LastUpdateStatus": "Successful",
    }


def _not_found(name: str) -> Reply:
    arn = name if name.startswith("arn:") else f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    return _error(404, "ResourceNotFoundException", f"Function not found: {arn}")


def _error(status: int, code: str, message: str) -> Reply:
    body = json.dumps({"Type": "User", "Message": message, "message": message}).encode()
    return json_reply(status, body, ("x-amzn-ErrorType", code))


def _json(status: int, value: object) -> Reply:
    return json_reply(status, json.dumps(value).encode())
