"""Records of the DNS."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from caretaker.core.targets.base import Level, Target, levels

Record = Literal["A", "AAAA", "CNAME", "MX", "TXT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsTarget(Target):
    """A record to watch. ``server`` is ``ADDRESS:PORT``, empty for the system's own name servers.

    Each record that is found must be in ``one_of``, if that is not empty; ``all_of`` must be found exactly.
    """

    host: str
    record: Record
    server: str
    one_of: tuple[str, ...]
    all_of: tuple[str, ...]
    slow: tuple[Level, ...]


def dns_fields(target: Mapping[str, Any]) -> dict[str, Any]:  # a JSON object, and fields of many types
    """Return what the compiled form of a DNS target holds beside what every target has."""
    return {name: target[name] for name in ("host", "record", "server")} | {
        "one_of": tuple(target["one_of"]),
        "all_of": tuple(target["all_of"]),
        "slow": levels(target["slow"]),
    }
