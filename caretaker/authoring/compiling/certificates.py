"""TLS endpoints, compiled: those that are listed, and those that uptime has."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from caretaker.authoring.compiling.section import Section
from caretaker.authoring.model.certificates import CertificateDefaults, CertificateSection, CertificateTarget, Expiring
from caretaker.authoring.model.targets import Target
from caretaker.authoring.model.targets.http import HttpTarget
from caretaker.authoring.model.targets.tcp import TcpTarget
from caretaker.authoring.model.uptime import Defaults
from caretaker.core.secrets import REFERENCE


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where TLS is spoken, and for which name."""

    host: str
    port: int
    server_name: str


def compile_certificates(section: CertificateSection, targets: list[Target]) -> list[Section]:
    """Return the compiled forms of all endpoints; what is listed is not taken from uptime as well."""
    listed = [_listed(target, section.defaults) for target in section.targets]
    seen = {Endpoint(one["host"], one["port"], one["server_name"]) for one in listed}
    compiled = [*listed]
    for target in targets if section.from_uptime else ():
        endpoint = tls_endpoint(target)
        if endpoint and endpoint not in seen:
            seen.add(endpoint)
            compiled.append(_from_uptime(target, endpoint, section.defaults))
    return compiled


def tls_endpoint(target: Target) -> Endpoint | None:
    """Return where a target of uptime speaks TLS; None where it does not, or where that is a secret."""
    match target:
        case HttpTarget(url=url, verify_tls=True) if not REFERENCE.search(url.partition("?")[0].rpartition("@")[2]):
            parts = urlsplit(url)
            host = parts.hostname or ""
            return Endpoint(host, parts.port or 443, host) if parts.scheme == "https" else None
        case TcpTarget(tls=True, verify_tls=True):
            host, _, port = target.tcp.rpartition(":")
            return Endpoint(host.strip("[]"), int(port), target.server_name or host.strip("[]"))
    return None


def _listed(target: CertificateTarget, defaults: CertificateDefaults) -> Section:
    return {
        **_common(target.name, target.group or "", defaults),
        "severity": (target.severity or defaults.severity).value,
        "timeout": target.timeout or defaults.timeout,
        "host": target.host,
        "port": target.port,
        "server_name": target.server_name or target.host,
        "starttls": target.starttls.value if target.starttls else "",
        "ca": target.ca or "",
        "expiring": _expiring(target.expiring if "expiring" in target.model_fields_set else defaults.expiring),
        "reached_by": "",
    }


def _from_uptime(target: Target, endpoint: Endpoint, defaults: CertificateDefaults) -> Section:
    return {
        **_common(target.name, target.group or "", defaults),
        "host": endpoint.host,
        "port": endpoint.port,
        "server_name": endpoint.server_name,
        "starttls": "",
        "ca": next(_authority(target), ""),
        "expiring": _expiring(defaults.expiring),
        "reached_by": f"uptime/{target.name}",
    }


def _authority(target: Target) -> Iterator[str]:
    if isinstance(target, HttpTarget | TcpTarget) and target.ca:
        yield target.ca


def _common(name: str, group: str, defaults: CertificateDefaults) -> Section:
    usual, recheck = Defaults(), defaults.recheck
    return {
        "kind": "certificate",
        "name": name,
        "group": group,
        "severity": defaults.severity.value,
        "timeout": defaults.timeout,
        "recheck": {"times": recheck.times, "over": recheck.over},
        "policy": {
            "confirm": list(usual.confirm),
            "confirm_limits": list(usual.confirm_limits),
            "recover": usual.recover,
            "each_code": True,
        },
        "depends_on": [],
    }


def _expiring(rule: Expiring | None) -> Section | None:
    return {"medium": rule.medium, "high": rule.high, "critical": rule.critical} if rule else None
