"""A runtime of our own, for hosts that awslambdaric has no wheel for: ``loop.py HANDLER``.

It speaks the Runtime API of Lambda:
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import http.client
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

_PREFIX = "/2018-06-01/runtime"


class Context:
    """What a handler is told about its invocation; the names are Lambda's."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None
        self._deadline = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the invocation is ended."""
        return max(0, self._deadline - int(time.time() * 1000))


Handler = Callable[[Any, Context], Any]  # an event and an answer are any JSON


def main(name: str) -> None:
    """Answer invocations with the named handler until the Runtime API is gone."""
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = _load(name)
    except Exception as error:  # noqa: BLE001 - whatever an import can raise is the function's fault, and told
        _call(api, "POST", "/init/error", _fault(error, ""))
        sys.exit(1)
    while True:
        headers, event = _call(api, "GET", "/invocation/next")
        request = headers["lambda-runtime-aws-request-id"]
        try:
            answer = json.dumps(handler(json.loads(event), Context(headers))).encode()
        except Exception as error:  # noqa: BLE001 - every failure of a handler becomes its answer
            traceback.print_exc()
            _call(api, "POST", f"/invocation/{request}/error", _fault(error, request))
        else:
            _call(api, "POST", f"/invocation/{request}/response", answer)


def _load(name: str) -> Handler:
    module, _, attribute = name.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), attribute)
    return handler


def _fault(error: Exception, request: str) -> bytes:
    name = "Runtime.ImportModuleError" if isinstance(error, ImportError) and not request else type(error).__name__
    trace = traceback.format_tb(error.__traceback__)
    fault = {"errorMessage": str(error), "errorType": name, "requestId": request, "stackTrace": trace}
    return json.dumps(fault).encode()


def _call(
    api: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None
) -> tuple[dict[str, str], bytes]:
    api.request(method, _PREFIX + path, body)
    answer = api.getresponse()
    return {name.lower(): value for name, value in answer.getheaders()}, answer.read()


if __name__ == "__main__":
    main(sys.argv[1])
