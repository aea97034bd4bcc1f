"""DNS targets, compiled."""

from caretaker.authoring.compiling.section import Section, levels
from caretaker.authoring.model.targets.dns import DnsTarget
from caretaker.authoring.model.uptime import Defaults


def dns(target: DnsTarget, defaults: Defaults) -> Section:
    """Return what a DNS target has beside what every target has."""
    return {
        "kind": "dns",
        "host": target.dns,
        "record": target.record.value,
        "server": target.server or "",
        "one_of": target.expect.one_of or [],
        "all_of": target.expect.all_of or [],
        "slow": levels(target.expect.slowness(defaults.slow)),
    }
