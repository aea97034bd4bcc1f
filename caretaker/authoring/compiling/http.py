"""HTTP targets, compiled."""

from caretaker.authoring.compiling.conditions import conditions
from caretaker.authoring.compiling.section import Section, levels
from caretaker.authoring.model.expectations import Expect
from caretaker.authoring.model.targets.http import Auth, HttpTarget
from caretaker.authoring.model.uptime import Defaults
from caretaker.core.results import Severity


def http(target: HttpTarget, severity: Severity, defaults: Defaults) -> Section:
    """Return what an HTTP target has beside what every target has."""
    return {
        "kind": "http",
        "url": target.url,
        "method": target.method.value,
        "headers": [[name, value] for name, value in target.headers.items()],
        "body": target.body,
        "auth": _auth(target.auth),
        "follow_redirects": target.follow_redirects,
        "max_body": target.max_body,
        "ca": target.ca or "",
        "verify_tls": target.verify_tls,
        "ip": target.ip.value,
        "addresses": target.addresses.value,
        "expect": _expect(target.expect, severity, defaults),
    }


def _auth(auth: Auth | None) -> list[str]:
    if auth is None:
        return []
    return ["basic", *auth.basic] if auth.basic else ["bearer", auth.bearer or ""]


def _expect(expect: Expect, severity: Severity, defaults: Defaults) -> Section:
    return {
        "status": [list(status) for status in expect.status],
        "slow": levels(expect.slowness(defaults.slow)),
        "contains": expect.contains,
        "not_contains": expect.not_contains,
        "matches": expect.matches,
        "headers": [
            {"name": name, "equals": rule.equals, "matches": rule.matches} for name, rule in expect.headers.items()
        ],
        "json": [
            {"path": path, "conditions": [part for rule in rules for part in conditions(rule, severity)]}
            for path, rules in expect.json_.items()
        ],
    }
