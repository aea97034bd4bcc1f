"""What is watched: the targets of the configuration with their secrets filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caretaker.core.config import uptime_config
from caretaker.core.results import Result, Status
from caretaker.core.secrets import Reader, Redactor, SecretUnavailable, references, substitute
from caretaker.core.targets import target as parsed
from caretaker.core.targets.base import Target
from caretaker.core.targets.http import HttpTarget
from functions.uptime.urls import UnusableUrl, place


@dataclass(frozen=True, slots=True)
class Watched:
    """The targets that can be looked at, and why the others cannot: the reason by the name of the check.

    ``redactor`` knows every secret that the targets hold.
    """

    environment: str
    targets: tuple[Target, ...]
    controls: tuple[Target, ...]
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
            refuse_unusable(parsed(filled))
        except SecretUnavailable as missing:
            unreadable[f"uptime/{target['name']}"] = str(missing)
        except UnusableUrl:
            unreadable[f"uptime/{target['name']}"] = "what its secrets make of its address is no URL"
        else:
            ready.append(filled)
    config = uptime_config({**section, "targets": ready})
    values = [value for value in secrets.values() if isinstance(value, str)]
    return Watched(
        config.environment,
        config.targets,
        config.controls,
        unreadable,
        Redactor([*values, *(secret for target in config.targets for secret in target.secrets())]),
    )


def refuse_unusable(target: Target) -> None:
    """Raise ``UnusableUrl`` for a target whose secrets have made an address that leads nowhere."""
    match target:
        case HttpTarget():
            place(target.url)
