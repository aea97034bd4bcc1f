"""Each function's artifact as Lambda runs it: one real event, and one that nobody should have sent."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from caretaker.build.artifact import FUNCTIONS
from caretaker.local.artifacts import build_artifacts
from caretaker.local.aws import LocalAws
from caretaker.local.identity import SECRET_KEY, function_key
from tests.authority import SIGNS, Authority
from tests.integration.artifacts.confined import Confined, confined
from tests.postgres import PostgresServer
from tests.presenting import presenting
from tests.servers import reply, serve

CONFIGURATION = """
environment: production
uptime:
  defaults: {{recheck: 0}}
  targets: [{{name: api, url: "http://127.0.0.1:{web}/"}}]
certificates:
  defaults: {{recheck: 0}}
  targets: [{{name: shop, host: 127.0.0.1, port: {secure}, server_name: shop.example.com, ca: ca.pem}}]
backup:
  databases: [{{name: main, url: "${{ssm:caretaker/production/backup/main}}"}}]
alerts:
  channels: [{{name: email, sns: AlertTopic}}]
  routes: {{critical: [email]}}
"""
# What a function is sent besides the time, and what its answer shows to have happened.
REAL: Mapping[str, tuple[dict[str, Any], Callable[[Any], bool]]] = {
    "uptime": ({}, lambda answer: answer["ok"] == 1),
    "cert_check": ({}, lambda answer: answer["ok"] == 1),
    "backup": ({"database": "main"}, lambda answer: "daily" in answer["made"]),
    "verify": ({}, lambda answer: "told" in answer),
    "cleanup": ({}, lambda answer: answer["result"]["status"] == "ok"),
    "notify": ({"sweep": True}, lambda answer: answer["batchItemFailures"] == []),
}
PROBE = """
import importlib, os
def handler(event, context):
    def tried(act):
        try:
            return str(act())
        except Exception as error:
            return type(error).__name__
    return {
        "user": os.getuid(),
        "code": tried(lambda: open(os.environ["LAMBDA_TASK_ROOT"] + "/new", "w")),
        "system": tried(lambda: open("/var/new", "w")),
        "temporary": tried(lambda: open(os.environ["TMPDIR"] + "/new", "w").write("x")),
        "package": tried(lambda: importlib.import_module("yaml")),
        "filled": len(bytearray(event["megabytes"] << 20)) >> 20,
    }
"""

MALFORMED: tuple[object, ...] = ([], {"scheduled_at": "yesterday"}, {"scheduled_at": 5})

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class World:
    """The stack, and where its functions' artifacts are."""

    aws: LocalAws
    artifacts: Mapping[str, Path]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, postgres_18: PostgresServer) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    authority, now = Authority("Test CA", usage=SIGNS), datetime.now(UTC)
    shop = presenting(authority, name="shop.example.com", begin=now - timedelta(days=10), end=now + timedelta(days=60))
    with ExitStack() as running:
        web = running.enter_context(serve(reply()))
        secure = running.enter_context(serve(shop, reads=False))
        config = folder / "caretaker.yaml"
        config.write_text(CONFIGURATION.format(web=web.port, secure=secure.port), "utf-8")
        config.with_name("ca.pem").write_text(authority.pem, "utf-8")
        artifacts = build_artifacts(FUNCTIONS, config, folder / "artifacts")
        aws = running.enter_context(LocalAws(config, artifacts=artifacts))
        place = "/caretaker/production/backup/main"
        aws.client("ssm").put_parameter(Name=place, Value=postgres_18.url(), Type="SecureString")
        yield World(aws, artifacts)


@pytest.fixture(params=FUNCTIONS)
def function(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def running(world: World, function: str, postgres_layer: Path, tmp_path: Path) -> Iterator[Confined]:
    name = world.aws.description["functions"][function]
    settings = world.aws.client("lambda").get_function_configuration(FunctionName=name)
    environment = {
        **world.aws.variables(function),
        **world.aws.environment,
        "AWS_ACCESS_KEY_ID": function_key(function),
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
    }
    handler, memory = f"functions.{function}.app.handler", int(settings["MemorySize"])
    artifact = world.artifacts[function]
    with confined(artifact, handler, environment, memory=memory, layer=postgres_layer, folder=tmp_path) as process:
        yield process


def test_a_real_event_is_answered_after_one_that_is_refused_in_a_sentence(running: Confined, function: str) -> None:
    for malformed in MALFORMED:
        kind, answer = running.ask(malformed, seconds=20)
        assert (kind, answer and answer["errorType"]) == ("error", "EventError"), answer
        assert "scheduled_at" in answer["errorMessage"]

    event, happened = REAL[function]
    kind, answer = running.ask({"scheduled_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **event})

    assert kind == "response", answer
    assert happened(answer), answer


def test_there_is_nothing_to_write_to_and_nothing_to_import_but_what_lambda_has(
    tmp_path: Path, postgres_layer: Path
) -> None:
    probe = tmp_path / "artifact"
    probe.mkdir()
    (probe / "probe.py").write_text(PROBE, "utf-8")
    environment = {"AWS_LAMBDA_FUNCTION_NAME": "probe", "AWS_LAMBDA_LOG_GROUP_NAME": "x"}
    opt = tmp_path / "opt"
    with confined(probe, "probe.handler", environment, memory=128, layer=postgres_layer, folder=opt) as process:
        kind, seen = process.ask({"megabytes": 1})
        assert kind == "response", seen
        assert seen["user"] != 0
        assert (seen["temporary"], seen["package"]) == ("1", "ModuleNotFoundError")
        if process.is_confined:
            assert (seen["code"], seen["system"]) == ("OSError", "OSError")  # a file system that is read-only
        assert process.ask({"megabytes": 300})[0] in ("memory", "exited")
