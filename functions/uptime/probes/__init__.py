"""The probes: one for each kind of target, all with the same signature.

A probe, and the library that it looks with, is imported when there is a target of its kind.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Result
from caretaker.core.targets.base import Target
from caretaker.core.targets.dns import DnsTarget
from caretaker.core.targets.http import HttpTarget
from caretaker.core.targets.postgres import PostgresTarget
from caretaker.core.targets.redis import RedisTarget
from caretaker.core.targets.tcp import TcpTarget

Probe = Callable[[Sequence[Any], Conditions], Iterator[Result]]  # each is given targets of its own kind only


def _http() -> Probe:
    from functions.uptime.probes import http

    return http.probe


def _tcp() -> Probe:
    from functions.uptime.probes import tcp

    return tcp.probe


def _dns() -> Probe:
    from functions.uptime.probes import dns

    return dns.probe


def _redis() -> Probe:
    from functions.uptime.probes import redis

    return redis.probe


def _postgres() -> Probe:
    from functions.uptime.probes import postgres

    return postgres.probe


PROBES: Mapping[type[Target], Callable[[], Probe]] = {
    HttpTarget: _http,
    TcpTarget: _tcp,
    DnsTarget: _dns,
    RedisTarget: _redis,
    PostgresTarget: _postgres,
}
