"""Sample values for tests: a target with the defaults of the configuration."""

from dataclasses import replace
from typing import Any

from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.results import Severity
from caretaker.core.targets.base import Level, Recheck
from caretaker.core.targets.certificate import CertificateTarget
from caretaker.core.targets.dns import DnsTarget
from caretaker.core.targets.http import HttpExpectations, HttpTarget
from caretaker.core.targets.postgres import PostgresTarget
from caretaker.core.targets.redis import RedisTarget
from caretaker.core.targets.tcp import TcpTarget

EXPECT = HttpExpectations(
    status=((200, 299),),
    slow=(Level(5.0, Severity.MEDIUM),),
    contains=(),
    not_contains=(),
    matches=(),
    headers=(),
    json=(),
)

TARGET = HttpTarget(
    name="api",
    url="https://api.example.com/health",
    group="",
    severity=Severity.CRITICAL,
    method="GET",
    headers=(),
    body="",
    auth=(),
    follow_redirects=True,
    max_body=1_000_000,
    ca="",
    verify_tls=True,
    ip="any",
    timeout=10.0,
    expect=EXPECT,
    recheck=Recheck(2, 20.0),
    policy=Policy(Confirm(1, 1), Confirm(2, 3), 1),
)


COMMON: dict[str, Any] = {
    "group": "",
    "severity": Severity.CRITICAL,
    "timeout": 5.0,
    "recheck": Recheck(2, 20.0),
    "policy": TARGET.policy,
}
SLOW = (Level(5.0, Severity.MEDIUM),)


def tcp_target(port: int, **changes: Any) -> TcpTarget:
    """Return a TCP target on loopback, with the defaults of the configuration."""
    own: dict[str, Any] = {
        "name": "mail",
        "host": "127.0.0.1",
        "port": port,
        "tls": False,
        "verify_tls": True,
        "ca": "",
        "server_name": "",
        "ip": "any",
        "banner": "",
        "slow": SLOW,
    }
    return TcpTarget(**COMMON | own | changes)


def dns_target(server: str, **changes: Any) -> DnsTarget:
    """Return a DNS target for www.example.com, asked from this name server."""
    own: dict[str, Any] = {
        "name": "apex",
        "host": "www.example.com",
        "record": "A",
        "server": server,
        "one_of": (),
        "all_of": (),
        "slow": SLOW,
    }
    return DnsTarget(**COMMON | own | changes)


def redis_target(url: str, **changes: Any) -> RedisTarget:
    """Return a Redis target."""
    own: dict[str, Any] = {"name": "cache", "url": url, "verify_tls": True, "ca": "", "ip": "any", "slow": SLOW}
    return RedisTarget(**COMMON | own | changes)


def postgres_target(url: str, **changes: Any) -> PostgresTarget:
    """Return a PostgreSQL target."""
    own: dict[str, Any] = {
        "name": "database",
        "url": url,
        "query": "select 1",
        "ca": "",
        "ip": "any",
        "value": (),
        "slow": SLOW,
    }
    return PostgresTarget(**COMMON | own | changes)


def certificate_target(host: str = "shop.example", **changes: Any) -> CertificateTarget:
    """Return a TLS endpoint whose certificate is watched, with the defaults of the configuration."""
    own: dict[str, Any] = {
        "name": "shop",
        "host": host,
        "port": 443,
        "server_name": "",
        "starttls": "",
        "ca": "",
        "expiring": None,
        "severity": Severity.HIGH,
    }
    return CertificateTarget(**COMMON | own | changes)


def target(**changes: Any) -> HttpTarget:
    """Return the sample target with some of its fields changed."""
    return replace(TARGET, **changes)
