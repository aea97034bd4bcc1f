"""The section ``alerts``, compiled."""

from collections.abc import Mapping

from caretaker.authoring.compiling.section import Section
from caretaker.authoring.model.alerts import Alerts, Channel, Topic
from caretaker.core.results import Severity

_DEFAULT_CHANNELS = [Channel(name="email", sns=Topic.ALERTS)]


def compile_alerts(alerts: Alerts, own_runbooks: Mapping[str, str]) -> Section:
    """Return the compiled form of the section; ``own_runbooks`` has addresses by the name of the check."""
    channels = [_channel(channel) for channel in alerts.channels or _DEFAULT_CHANNELS]
    everyone = [channel["name"] for channel in channels]
    routes = {severity.value: _told(getattr(alerts.routes, severity), severity, everyone) for severity in Severity}
    return {
        "channels": channels,
        "routes": routes,
        "fallback": alerts.fallback,
        "reminder": alerts.reminder,
        "runbooks": alerts.runbooks or "docs/runbooks",
        "own_runbooks": dict(own_runbooks),
    }


def _channel(channel: Channel) -> Section:
    if channel.slack is not None:
        return {"name": channel.name, "kind": "slack", "address": channel.slack}
    if channel.pagerduty is not None:
        return {
            "name": channel.name,
            "kind": "pagerduty",
            "address": channel.pagerduty,
            "region": channel.region.value,
        }
    if channel.webhook is not None:
        return {"name": channel.name, "kind": "webhook", "address": channel.webhook, "secret": channel.secret}
    return {"name": channel.name, "kind": "sns", "address": Topic.ALERTS.value}


def _told(route: list[str] | None, severity: Severity, everyone: list[str]) -> list[str]:
    if route is not None:
        return list(route)
    return [] if severity is Severity.LOW else everyone
