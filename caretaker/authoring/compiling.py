"""From a configuration to what the functions read: JSON as ``caretaker.core.config`` expects it, with all defaults."""

from typing import Any

from caretaker.authoring.model.alerts import Alerts, Channel, Topic
from caretaker.authoring.model.configuration import Configuration
from caretaker.authoring.model.expectations import Expect, JsonCondition
from caretaker.authoring.model.recheck import RecheckRule
from caretaker.authoring.model.slowness import SlowLevel
from caretaker.authoring.model.target import Auth, Target
from caretaker.authoring.model.uptime import Defaults
from caretaker.core.results import Severity

Section = dict[str, Any]  # a JSON object: its values are of any JSON type

_DEFAULT_CHANNELS = [Channel(name="email", sns=Topic.ALERTS)]
_LIMITS = ("min", "max")
_EQUALITIES = ("equals", "one_of", "matches", "present")


def compile_sections(configuration: Configuration) -> dict[str, Section]:
    """Return each function's section of a configuration, by the function's name."""
    environment = configuration.environment
    targets = [_target(target, configuration.uptime.defaults) for target in configuration.uptime.targets]
    return {
        "uptime": {"environment": environment, "targets": targets},
        "notify": {"environment": environment, **_alerts(configuration.alerts)},
    }


def _target(target: Target, defaults: Defaults) -> Section:
    severity = target.severity or defaults.severity
    return {
        "name": target.name,
        "url": target.url,
        "group": target.group or "",
        "severity": severity.value,
        "method": target.method.value,
        "headers": [[name, value] for name, value in target.headers.items()],
        "body": target.body,
        "auth": _auth(target.auth),
        "follow_redirects": target.follow_redirects,
        "max_body": target.max_body,
        "ca": target.ca or "",
        "verify_tls": target.verify_tls,
        "ip": target.ip.value,
        "timeout": target.timeout or defaults.timeout,
        "expect": _expect(target.expect, severity, defaults),
        "recheck": _recheck(target.recheck or defaults.recheck),
        "policy": {
            "confirm": list(target.confirm or defaults.confirm),
            "confirm_limits": list(target.confirm_limits or defaults.confirm_limits),
            "recover": target.recover or defaults.recover,
        },
    }


def _auth(auth: Auth | None) -> list[str]:
    if auth is None:
        return []
    return ["basic", *auth.basic] if auth.basic else ["bearer", auth.bearer or ""]


def _recheck(recheck: RecheckRule) -> Section:
    return {"times": recheck.times, "over": recheck.over}


def _expect(expect: Expect, severity: Severity, defaults: Defaults) -> Section:
    return {
        "status": [list(status) for status in expect.status],
        "slow": [_level(level) for level in expect.slow or expect.levels or defaults.slow],
        "contains": expect.contains,
        "not_contains": expect.not_contains,
        "matches": expect.matches,
        "headers": [
            {"name": name, "equals": rule.equals, "matches": rule.matches} for name, rule in expect.headers.items()
        ],
        "json": [
            {"path": path, "conditions": [part for rule in rules for part in _conditions(rule, severity)]}
            for path, rules in expect.json_.items()
        ],
    }


def _level(level: SlowLevel) -> Section:
    return {"over": level.over, "severity": level.severity.value}


def _conditions(rule: JsonCondition, target: Severity) -> list[Section]:
    limit = rule.severity or Severity.MEDIUM
    return [
        {"kind": kind, "value": getattr(rule, kind), "severity": (limit if kind in _LIMITS else target).value}
        for kind in (*_EQUALITIES, *_LIMITS)
        if kind in rule.model_fields_set
    ]


def _alerts(alerts: Alerts) -> Section:
    channels = [_channel(channel) for channel in alerts.channels or _DEFAULT_CHANNELS]
    everyone = [channel["name"] for channel in channels]
    routes = {severity.value: _told(getattr(alerts.routes, severity), severity, everyone) for severity in Severity}
    return {"channels": channels, "routes": routes, "fallback": alerts.fallback}


def _channel(channel: Channel) -> Section:
    if channel.slack is not None:
        return {"name": channel.name, "kind": "slack", "address": channel.slack}
    return {"name": channel.name, "kind": "sns", "address": Topic.ALERTS.value}


def _told(route: list[str] | None, severity: Severity, everyone: list[str]) -> list[str]:
    if route is not None:
        return list(route)
    return [] if severity is Severity.LOW else everyone
