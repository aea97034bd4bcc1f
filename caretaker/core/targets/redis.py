"""Redis servers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from caretaker.core.network.addresses import password
from caretaker.core.targets.base import Level, Target, levels


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisTarget(Target):
    """A Redis server to watch. ``ca`` is PEM text, empty for the public roots alone."""

    url: str
    verify_tls: bool
    ca: str
    ip: Literal["any", "4", "6"]
    slow: tuple[Level, ...]

    def secrets(self) -> Iterator[str]:
        """Yield the password in its address."""
        yield from password(self.url)


def redis_fields(target: Mapping[str, Any]) -> dict[str, Any]:  # a JSON object, and fields of many types
    """Return what the compiled form of a Redis target holds beside what every target has."""
    return {name: target[name] for name in ("url", "verify_tls", "ca", "ip")} | {"slow": levels(target["slow"])}
