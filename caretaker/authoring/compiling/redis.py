"""Redis targets, compiled."""

from caretaker.authoring.compiling.section import Section, levels
from caretaker.authoring.model.targets.redis import RedisTarget
from caretaker.authoring.model.uptime import Defaults


def redis(target: RedisTarget, defaults: Defaults) -> Section:
    """Return what a Redis target has beside what every target has."""
    return {
        "kind": "redis",
        "url": target.redis,
        "verify_tls": target.verify_tls,
        "ca": target.ca or "",
        "ip": target.ip.value,
        "slow": levels(target.expect.slowness(defaults.slow)),
    }
