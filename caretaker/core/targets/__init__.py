"""What can be watched: one module for each kind of target."""

from collections.abc import Callable, Mapping
from typing import Any

from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.results import Severity
from caretaker.core.targets.base import Recheck, Target
from caretaker.core.targets.certificate import CertificateTarget, certificate_fields
from caretaker.core.targets.dns import DnsTarget, dns_fields
from caretaker.core.targets.http import HttpTarget, http_fields
from caretaker.core.targets.postgres import PostgresTarget, postgres_fields
from caretaker.core.targets.redis import RedisTarget, redis_fields
from caretaker.core.targets.tcp import TcpTarget, tcp_fields

Json = Mapping[str, Any]  # what json.loads gives for an object: its values are of any JSON type

_KINDS: Mapping[str, tuple[type[Target], Callable[[Json], dict[str, Any]]]] = {
    "http": (HttpTarget, http_fields),
    "tcp": (TcpTarget, tcp_fields),
    "certificate": (CertificateTarget, certificate_fields),
    "dns": (DnsTarget, dns_fields),
    "redis": (RedisTarget, redis_fields),
    "postgres": (PostgresTarget, postgres_fields),
}


def target(compiled: Json) -> Target:
    """Return a target from its compiled form; ``kind`` says which."""
    kind, fields = _KINDS[compiled["kind"]]
    return kind(
        name=compiled["name"],
        group=compiled["group"],
        severity=Severity(compiled["severity"]),
        timeout=compiled["timeout"],
        recheck=Recheck(**compiled["recheck"]),
        policy=_policy(compiled["policy"]),
        depends_on=tuple(compiled["depends_on"]),
        **fields(compiled),
    )


def _policy(policy: Json) -> Policy:
    return Policy(
        confirm=Confirm(*policy["confirm"]),
        confirm_limits=Confirm(*policy["confirm_limits"]),
        recover=policy["recover"],
        each_code=policy.get("each_code", False),
    )
