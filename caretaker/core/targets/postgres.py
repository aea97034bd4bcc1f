"""PostgreSQL databases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from caretaker.core.network.addresses import password
from caretaker.core.targets.base import Level, Target, levels
from caretaker.core.targets.conditions import Condition, conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresTarget(Target):
    """A database to watch. ``query`` gives one value, for which the conditions must hold.

    ``ca`` is PEM text, empty for the public roots alone.
    """

    url: str
    query: str
    ca: str
    ip: Literal["any", "4", "6"]
    value: tuple[Condition, ...]
    slow: tuple[Level, ...]

    def secrets(self) -> Iterator[str]:
        """Yield the password in its address."""
        yield from password(self.url)


def postgres_fields(target: Mapping[str, Any]) -> dict[str, Any]:  # a JSON object, and fields of many types
    """Return what the compiled form of a PostgreSQL target holds beside what every target has."""
    return {name: target[name] for name in ("url", "query", "ca", "ip")} | {
        "value": conditions(target["value"]),
        "slow": levels(target["slow"]),
    }
