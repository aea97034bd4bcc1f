"""TCP ports, plain or behind TLS."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from caretaker.core.targets.base import Level, Target, levels


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpTarget(Target):
    """A TCP port to watch. ``banner`` is a pattern with ``*`` and ``?`` for what the server says first.

    ``server_name`` is the name that the certificate must have, empty for the host's own. ``ca`` is PEM text.
    """

    host: str
    port: int
    tls: bool
    verify_tls: bool
    ca: str
    server_name: str
    ip: Literal["any", "4", "6"]
    banner: str
    slow: tuple[Level, ...]


def tcp_fields(target: Mapping[str, Any]) -> dict[str, Any]:  # a JSON object, and fields of many types
    """Return what the compiled form of a TCP target holds beside what every target has."""
    names = ("host", "port", "tls", "verify_tls", "ca", "server_name", "ip", "banner")
    return {name: target[name] for name in names} | {"slow": levels(target["slow"])}
