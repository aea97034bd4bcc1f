import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from caretaker.local.aws import Answer, LocalAws
from caretaker.local.functions.library import Runtime, pick_runtime
from tests.integration.local.conftest import TEMPLATE


@pytest.fixture(scope="module", params=["awslambdaric", "loop"])
def either(request: pytest.FixtureRequest, artifacts: Mapping[str, Path], shared_aws: LocalAws) -> Iterator[LocalAws]:
    """A local AWS under Lambda's own runtime, and one under ours."""
    runtime: Runtime = request.param
    if runtime == pick_runtime():
        yield shared_aws
        return
    with LocalAws(template=TEMPLATE, artifacts=artifacts, runtime=runtime) as aws:
        yield aws


def test_a_function_answers_its_event(either: LocalAws) -> None:
    assert either.invoke("probe", {"ünï": [1, None]}) == Answer({"ünï": [1, None]}, failed=False, logs=[])


def test_a_process_is_kept_warm(either: LocalAws) -> None:
    first = either.invoke("probe", {"do": "process"}).payload

    assert either.invoke("probe", {"do": "process"}).payload == first


def test_invocations_at_once_have_processes_of_their_own(either: LocalAws) -> None:
    found = at_once(3, lambda: either.invoke("probe", {"do": "sleep", "seconds": 0.3}).payload)

    assert len(set(found)) == 3


def test_an_exception_is_worded_as_lambda_does(either: LocalAws) -> None:
    answer = either.invoke("probe", {"do": "fail", "because": "of this"})

    assert answer.error == "ValueError: of this"
    assert "probe.py" in str(answer.payload["stackTrace"])


def test_an_answer_that_is_no_json_fails(either: LocalAws) -> None:
    assert "not JSON serializable" in either.invoke("probe", {"do": "unserialisable"}).error


def test_a_function_that_cannot_be_imported_says_so(either: LocalAws) -> None:
    answer = either.invoke("broken", {})

    assert answer.failed
    assert answer.error.startswith("Runtime.ImportModuleError")
    assert "missing" in answer.error


def test_a_function_over_its_time_is_ended_and_replaced(either: LocalAws) -> None:
    before = either.invoke("probe", {"do": "process"}).payload
    started = time.monotonic()

    answer = either.invoke("probe", {"do": "sleep", "seconds": 30})

    assert re.fullmatch(r"Sandbox.Timedout: RequestId: \S+ Error: Task timed out after 6.00 seconds", answer.error)
    assert 6 <= time.monotonic() - started < 12
    assert either.invoke("probe", {"do": "process"}).payload != before
    assert not psutil.pid_exists(before)


@pytest.mark.parametrize("code", [0, 3])
def test_a_process_that_ends_is_a_failure(either: LocalAws, code: int) -> None:
    answer = either.invoke("probe", {"do": "leave", "code": code})

    reason = "Runtime exited with error: exit status 3" if code else "Runtime exited without providing a reason"
    assert answer.error.startswith("Runtime.ExitError")
    assert answer.error.endswith(reason)


def test_a_handler_that_exits_is_a_failure(either: LocalAws) -> None:
    assert "exit status 4" in either.invoke("probe", {"do": "exit", "code": 4}).error


def test_a_function_is_told_about_its_invocation(either: LocalAws) -> None:
    request, name, arn, memory, group = either.invoke("probe", {"do": "context"}).payload

    assert re.fullmatch(r"[0-9a-f-]{36}", request)
    assert name == "caretaker-Probe"
    assert arn == "arn:aws:lambda:us-east-1:123456789012:function:caretaker-Probe"
    assert memory == "128"
    assert group == "/aws/lambda/caretaker-Probe"


def test_a_function_is_told_how_much_time_is_left(either: LocalAws) -> None:
    assert 2000 < either.invoke("probe", {"do": "remaining"}).payload <= 6000


def test_only_the_artifact_and_the_standard_library_can_be_imported(either: LocalAws) -> None:
    for name in ("moto", "yaml", "click", "pytest", "caretaker"):
        assert either.invoke("probe", {"do": "import", "name": name}).payload == f"No module named '{name}'"
    assert either.invoke("probe", {"do": "import", "name": "json"}).payload.endswith("json/__init__.py")


def test_boto3_comes_from_the_artifact(either: LocalAws, artifacts: Mapping[str, Path]) -> None:
    found = either.invoke("probe", {"do": "import", "name": "boto3"}).payload

    assert Path(found) == artifacts["probe"] / "boto3/__init__.py"


def test_a_function_starts_in_its_artifact(either: LocalAws, artifacts: Mapping[str, Path]) -> None:
    assert either.invoke("probe", {"do": "folder"}).payload == str(artifacts["probe"])


def test_a_function_has_no_more_file_descriptors_than_lambda_gives(either: LocalAws) -> None:
    assert either.invoke("probe", {"do": "descriptors"}).payload == 1024


def test_the_environment_is_the_stacks_and_lambdas_and_nobody_elses(aws: LocalAws) -> None:
    environment = aws.invoke("probe", {"do": "environment"}).payload

    assert "LEAKED" not in environment
    assert environment["TABLE_ARN"].endswith(f":table/{environment['TABLE']}")
    assert environment["TOPIC"].startswith("arn:aws:sns:")
    assert environment["QUEUE"].startswith("http")
    assert environment["PREFIX"] == f"caretaker/testing/{environment['TABLE']}"
    assert environment["MAIL"] == "nobody"
    assert environment["AWS_ENDPOINT_URL"] == aws.endpoint_url
    assert environment["TZ"] == ":UTC"
    assert set(environment) == set(aws.variables("probe")) | {
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"),
        *("AWS_ENDPOINT_URL", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION"),
        *("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME"),
        *("AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"),
        *("_HANDLER", "PATH", "LANG", "TZ", "HOME", "TMPDIR"),
    } | ({"LC_CTYPE"} & set(environment))  # Python's own, where the language is not installed


def test_a_function_over_its_memory_is_ended(aws: LocalAws) -> None:
    before = aws.invoke("probe", {"do": "process"}).payload

    answer = aws.invoke("probe", {"do": "fill", "megabytes": 300, "seconds": 1.5})

    assert answer.error.startswith("Runtime.OutOfMemory")
    assert not psutil.pid_exists(before)


def test_a_function_within_its_memory_is_left_alone(aws: LocalAws) -> None:
    assert not aws.invoke("probe", {"do": "fill", "megabytes": 40, "seconds": 0.5}).failed


def test_what_a_function_started_is_ended_with_it(aws: LocalAws, tmp_path: Path) -> None:
    child = tmp_path / "child"

    aws.invoke("probe", {"do": "sleep", "seconds": 30, "child": str(child)})

    eventually(lambda: not alive(int(child.read_text())))


def test_temporary_files_are_a_processs_own_and_deleted_with_it(aws: LocalAws) -> None:
    path, kept_at_first = aws.invoke("probe", {"do": "temporary"}).payload
    same_path, kept_while_warm = aws.invoke("probe", {"do": "temporary"}).payload
    aws.recycle()
    other_path, kept_when_cold = aws.invoke("probe", {"do": "temporary"}).payload

    assert (path, kept_at_first, kept_while_warm, kept_when_cold) == (same_path, False, True, False)
    assert other_path != path
    assert not Path(path).exists()


def test_logs_are_kept_in_order_and_parsed_where_they_are_json(aws: LocalAws) -> None:
    answer = aws.invoke("probe", {"do": "say", "lines": ['{"level": "INFO"}', "plain", "{no json"]})

    expected = [{"level": "INFO"}, "plain", "{no json", "to the other stream"]
    assert list(answer.logs) == expected
    assert aws.logs("probe") == expected


def test_a_function_calls_aws_as_itself(aws: LocalAws) -> None:
    table = aws.variables("probe")["TABLE"]

    aws.invoke("probe", {"do": "call", "service": "dynamodb", "method": "scan", "arguments": {"TableName": table}})

    (call,) = [call for call in aws.calls if call.service == "dynamodb"]
    assert (call.function, call.action, call.resources, call.status) == ("probe", "Scan", (table,), 200)


def test_a_large_event_and_a_large_answer_are_carried(aws: LocalAws) -> None:
    event = {"text": "x" * 1_000_000}

    assert aws.invoke("probe", event).payload == event


def at_once(times: int, action: Callable[[], object]) -> list[object]:
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(action())) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def alive(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def eventually(holds: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
