"""What the functions really call, against what their roles in template.yaml allow."""

import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from caretaker.local.aws import LocalAws
from caretaker.local.stack.template import read_template
from tests.template.stack import logical

TEMPLATE = Path(__file__).parents[3] / "template.yaml"

# What a call needs where its permission has another name.
NEEDED = {
    "dynamodb:TransactWriteItems": {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    "sns:PublishBatch": {"sns:Publish"},
}

CONFIGURATION = """
environment: production
uptime:
  defaults: {{recheck: 0}}
  targets:
    - {{name: api, url: "http://127.0.0.1:{port}/", headers: {{X-Key: "${{ssm:caretaker/production/uptime/key}}"}}}}
alerts:
  channels: [{{name: email, sns: AlertTopic}}]
  routes: {{critical: [email]}}
"""


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, set[str]]]:
    """Let a target be down, be told of, and be swept after; give what each function called."""
    config = tmp_path_factory.mktemp("permissions") / "caretaker.yaml"
    with socket.create_server(("127.0.0.1", 0)) as server:
        config.write_text(CONFIGURATION.format(port=server.getsockname()[1]), "utf-8")
    with LocalAws(config) as aws:
        aws.client("ssm").put_parameter(Name="/caretaker/production/uptime/key", Value="a-key", Type="SecureString")
        now = datetime.now(UTC).replace(microsecond=0)
        aws.invoke("uptime", {"scheduled_at": _text(now)})
        aws.drain()
        aws.invoke("cert_check", {"scheduled_at": _text(now)})
        aws.drain()
        aws.invoke("notify", {"scheduled_at": _text(now + timedelta(minutes=5)), "sweep": True})
        aws.drain()
        assert aws.published()
        yield {
            function: {f"{call.service}:{call.action}" for call in aws.calls if call.function == function}
            for function in ("uptime", "cert_check", "notify")
        }


@pytest.mark.parametrize("function", ["uptime", "cert_check", "notify"])
def test_a_function_calls_only_what_its_role_allows(called: Mapping[str, set[str]], function: str) -> None:
    allowed = set(_actions(f"{logical(function)}Role"))

    needed = set().union(*(NEEDED.get(call, {call}) & allowed or {call} for call in called[function]))

    assert needed
    assert needed <= allowed


def _actions(role: str) -> Iterator[str]:
    for policy in read_template(TEMPLATE).resources[role]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"]
            yield from actions if isinstance(actions, list) else [actions]


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
