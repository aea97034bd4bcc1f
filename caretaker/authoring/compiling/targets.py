"""Targets, compiled: what every one has, and what its kind adds."""

from caretaker.authoring.compiling.dns import dns
from caretaker.authoring.compiling.http import http
from caretaker.authoring.compiling.postgres import postgres
from caretaker.authoring.compiling.redis import redis
from caretaker.authoring.compiling.section import Section
from caretaker.authoring.compiling.tcp import tcp
from caretaker.authoring.model.recheck import RecheckRule
from caretaker.authoring.model.targets.base import BaseTarget
from caretaker.authoring.model.targets.dns import DnsTarget
from caretaker.authoring.model.targets.http import HttpTarget
from caretaker.authoring.model.targets.postgres import PostgresTarget
from caretaker.authoring.model.targets.redis import RedisTarget
from caretaker.authoring.model.targets.tcp import TcpTarget
from caretaker.authoring.model.uptime import Defaults
from caretaker.core.results import Severity


def compile_target(target: BaseTarget, defaults: Defaults) -> Section:
    """Return the compiled form of a target, the defaults filled in."""
    severity = target.severity or defaults.severity
    return {
        "name": target.name,
        "group": target.group or "",
        "severity": severity.value,
        "timeout": target.timeout or defaults.timeout,
        "recheck": _recheck(target.recheck or defaults.recheck),
        "policy": {
            "confirm": list(target.confirm or defaults.confirm),
            "confirm_limits": list(target.confirm_limits or defaults.confirm_limits),
            "recover": target.recover or defaults.recover,
        },
        "depends_on": list(target.depends_on),
        **_of_its_kind(target, severity, defaults),
    }


def _of_its_kind(target: BaseTarget, severity: Severity, defaults: Defaults) -> Section:
    match target:
        case HttpTarget():
            return http(target, severity, defaults)
        case TcpTarget():
            return tcp(target, defaults)
        case DnsTarget():
            return dns(target, defaults)
        case PostgresTarget():
            return postgres(target, severity, defaults)
        case RedisTarget():
            return redis(target, defaults)
        case _:
            raise TypeError(f"no form is known for {type(target).__name__}")


def _recheck(recheck: RecheckRule) -> Section:
    return {"times": recheck.times, "over": recheck.over}
