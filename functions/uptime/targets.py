"""What is watched: the targets of the configuration with their secrets filled in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from caretaker.core.config import Target, uptime_config
from caretaker.core.results import Result, Status
from caretaker.core.secrets import Reader, Redactor, SecretUnavailable, references, substitute
from functions.uptime.urls import UnusableUrl, place


@dataclass(frozen=True, slots=True)
class Watched:
    """The targets that can be looked at, and why the others cannot: the reason by the name of the check.

    ``redactor`` knows every secret that the targets hold.
    """

    environment: str
    targets: tuple[Target, ...]
    unreadable: Mapping[str, str]
    redactor: Redactor

    @property
    def checks(self) -> frozenset[str]:
        """The names of all checks of the configuration."""
        return frozenset(target.check for target in self.targets) | frozenset(self.unreadable)

    def not_looked_at(self, at: datetime) -> list[Result]:
        """Return an ``unknown`` Result for each target that cannot be looked at."""
        return [
            Result(check, Status.UNKNOWN, None, f"could not look: {reason}", observed_at=at)
            for check, reason in sorted(self.unreadable.items())
        ]


def watched(section: Mapping[str, Any], read: Reader) -> Watched:
    """Return what a compiled section asks to watch, its references resolved with ``read``."""
    wanted = references(section["targets"])
    secrets = read(wanted) if wanted else {}
    ready: list[object] = []
    unreadable: dict[str, str] = {}
    for target in section["targets"]:
        try:
            filled = substitute(target, secrets)
            place(filled["url"])
        except SecretUnavailable as missing:
            unreadable[f"uptime/{target['name']}"] = str(missing)
        except UnusableUrl:
            unreadable[f"uptime/{target['name']}"] = "what its secrets make of its address is no URL"
        else:
            ready.append(filled)
    config = uptime_config({"environment": section["environment"], "targets": ready})
    values = [value for value in secrets.values() if isinstance(value, str)]
    return Watched(
        config.environment, config.targets, unreadable, Redactor([*values, *literal_secrets(config.targets)])
    )


def literal_secrets(targets: Iterable[Target]) -> Iterator[str]:
    """Yield what is secret in targets, wherever it came from: credentials, and the passwords in their URLs."""
    for target in targets:
        yield from target.auth[-1:]
        yield urlsplit(target.url).password or ""
