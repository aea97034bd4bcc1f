"""What is compiled is what the functions read."""

import json
import ssl
from pathlib import Path
from typing import Any

import pytest

from caretaker.authoring import ConfigurationError, compile_sections, load
from caretaker.core.config import AlertsConfig, UptimeConfig, alerts_config, uptime_config
from caretaker.core.results import Severity
from caretaker.core.targets.base import Target
from caretaker.core.targets.http import HttpTarget

EXAMPLE = """
environment: production
uptime:
  defaults: {timeout: 8s, severity: high, recheck: {times: 1}, confirm: 2 of 3, recover: 2}
  targets:
    - name: api
      url: HTTPS://API.example.com/health
      group: backend
      method: post
      headers: {X-Api-Key: "${ssm:caretaker/production/uptime/api-key}"}
      body: "{}"
      auth: {basic: [me, "${secret:caretaker/production/uptime/password}"]}
      follow_redirects: false
      max_body: 512kB
      ip: 4
      expect:
        status: [200-299, 304]
        levels: [{over: 5s}, {over: 10s, severity: critical}]
        contains: '"ok"'
        not_contains: [error, fatal]
        matches: v\\d
        headers: {content-type: application/json, server: {matches: nginx}}
        json:
          status: healthy
          error: null
          system.cpu_percent: {min: 1, max: 80, severity: low}
          system.memory_percent: [{max: 80}, {max: 90, severity: critical}]
          state: {one_of: [a, 1], matches: a, present: true}
    - {name: web, url: https://example.com, severity: low, timeout: 3s, confirm: 1 of 2, recheck: 0, auth: {bearer: t}}
alerts:
  channels:
    - {name: alerts, slack: "${ssm:caretaker/production/alerts/slack}"}
    - {name: email, sns: AlertTopic}
  routes: {critical: [alerts, email], low: [alerts]}
  fallback: email
"""


def compiled(tmp_path: Path, text: str) -> dict[str, Any]:
    file = tmp_path / "caretaker.yaml"
    file.write_text(text, encoding="utf-8")
    sections: dict[str, Any] = json.loads(json.dumps(compile_sections(load(file, for_deployment=True))))
    return sections


def http(target: Target) -> HttpTarget:
    assert isinstance(target, HttpTarget)
    return target


def read(tmp_path: Path, text: str) -> tuple[UptimeConfig, AlertsConfig]:
    sections = compiled(tmp_path, text)
    return uptime_config(sections["uptime"]), alerts_config(sections["notify"])


def test_a_full_configuration_arrives_in_the_functions(tmp_path: Path) -> None:
    uptime, alerts = read(tmp_path, EXAMPLE)
    api, web = uptime.targets
    assert isinstance(api, HttpTarget)
    assert isinstance(web, HttpTarget)
    assert (api.url, api.method, api.ip, api.max_body, api.body) == (
        "https://api.example.com/health",
        "POST",
        "4",
        512_000,
        "{}",
    )
    assert api.auth == ("basic", "me", "${secret:caretaker/production/uptime/password}")
    assert api.headers == (("X-Api-Key", "${ssm:caretaker/production/uptime/api-key}"),)
    assert (api.timeout, api.severity, api.recheck.times, api.recheck.over) == (8.0, Severity.HIGH, 1, 20.0)
    assert api.expect.status == ((200, 299), (304, 304))
    assert [(level.over, level.severity) for level in api.expect.slow] == [(5, "medium"), (10, "critical")]
    assert (api.expect.contains, api.expect.not_contains, api.expect.matches) == (
        ('"ok"',),
        ("error", "fatal"),
        (r"v\d",),
    )
    assert [(header.name, header.equals, header.matches) for header in api.expect.headers] == [
        ("content-type", "application/json", None),
        ("server", None, "nginx"),
    ]
    assert (api.policy.confirm.bad, api.policy.confirm.of, api.policy.recover) == (2, 3, 2)
    assert (web.timeout, web.severity, web.policy.confirm.of, web.recheck.times) == (3.0, Severity.LOW, 2, 0)
    assert web.auth == ("bearer", "t")
    assert [(channel.name, channel.kind, channel.address) for channel in alerts.channels] == [
        ("alerts", "slack", "${ssm:caretaker/production/alerts/slack}"),
        ("email", "sns", "AlertTopic"),
    ]
    assert alerts.fallback == "email"


def test_conditions_of_equality_have_the_targets_severity_and_limits_their_own_or_medium(tmp_path: Path) -> None:
    uptime, _ = read(tmp_path, EXAMPLE)
    rules = {
        rule.path: [(condition.kind, condition.value, str(condition.severity)) for condition in rule.conditions]
        for rule in http(uptime.targets[0]).expect.json
    }
    assert rules == {
        "status": [("equals", "healthy", "high")],
        "error": [("equals", None, "high")],
        "system.cpu_percent": [("min", 1, "low"), ("max", 80, "low")],
        "system.memory_percent": [("max", 80, "medium"), ("max", 90, "critical")],
        "state": [("one_of", ["a", 1], "high"), ("matches", "a", "high"), ("present", True, "high")],
    }


def test_a_severity_without_a_route_tells_all_channels_except_low(tmp_path: Path) -> None:
    _, alerts = read(
        tmp_path, EXAMPLE.replace("routes: {critical: [alerts, email], low: [alerts]}", "routes: {high: []}")
    )
    assert alerts.routes == {
        Severity.CRITICAL: ("alerts", "email"),
        Severity.HIGH: (),
        Severity.MEDIUM: ("alerts", "email"),
        Severity.LOW: (),
    }


def test_everything_but_the_environment_and_a_target_has_a_default(tmp_path: Path) -> None:
    text = "environment: production\nuptime: {targets: [{name: api, url: https://a.example}]}\n"
    uptime, alerts = read(tmp_path, text)
    target = http(uptime.targets[0])
    assert (target.method, target.timeout, target.severity, target.max_body) == ("GET", 10.0, "critical", 1_000_000)
    assert (target.follow_redirects, target.verify_tls, target.ip, target.group, target.ca) == (
        True,
        True,
        "any",
        "",
        "",
    )
    assert target.expect.status == ((200, 299),)
    assert [(level.over, level.severity) for level in target.expect.slow] == [(5.0, Severity.MEDIUM)]
    assert (target.recheck.times, target.recheck.over) == (2, 20.0)
    assert (target.policy.confirm.bad, target.policy.confirm.of) == (1, 1)
    assert (target.policy.confirm_limits.bad, target.policy.confirm_limits.of) == (2, 3)
    assert [(channel.name, channel.kind, channel.address) for channel in alerts.channels] == [
        ("email", "sns", "AlertTopic")
    ]
    assert alerts.routes == {
        Severity.CRITICAL: ("email",),
        Severity.HIGH: ("email",),
        Severity.MEDIUM: ("email",),
        Severity.LOW: (),
    }
    assert alerts.fallback == "watchdog"


def test_an_authority_is_read_beside_the_file_and_travels_as_text(tmp_path: Path) -> None:
    certificates = Path(ssl.get_default_verify_paths().cafile or _certifi()).read_text(encoding="utf-8")
    first = certificates[certificates.index("-----BEGIN") : certificates.index("-----END CERTIFICATE-----") + 26]
    (tmp_path / "own.pem").write_text(first)
    uptime, _ = read(tmp_path, EXAMPLE.replace("url: https://example.com,", "url: https://example.com, ca: own.pem,"))
    assert http(uptime.targets[1]).ca == first


def _certifi() -> str:
    import certifi

    return certifi.where()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no certificate", "is not PEM"),
        (b"\xff\xfe\0", "is not PEM"),
        (b"", "is not PEM"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is not PEM"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds a private key"),
    ],
)
def test_what_is_no_certificate_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "own.pem").write_bytes(content)
    with pytest.raises(ConfigurationError, match=said):
        read(tmp_path, EXAMPLE.replace("url: https://example.com,", "url: https://example.com, ca: own.pem,"))
