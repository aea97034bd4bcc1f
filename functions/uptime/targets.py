"""What is watched: the targets of the configuration with their secrets filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caretaker.core.config import uptime_config
from caretaker.core.network.urls import UnusableUrl
from caretaker.core.results import Result, Status
from caretaker.core.secrets import Reader, Redactor, Reference, SecretUnavailable, references, substitute
from caretaker.core.targets import target as parsed
from caretaker.core.targets.base import Target
from caretaker.core.targets.http import HttpTarget
from caretaker.core.targets.postgres import PostgresTarget
from caretaker.core.targets.redis import RedisTarget
from functions.uptime.http_request import UnusableHeader, first_request
from functions.uptime.redis_url import redis_place
from functions.uptime.shares import WHOLE, Share


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


@dataclass(frozen=True, slots=True)
class Prepared:
    """A compiled section of which all is read that no secret changes: once, however many runs follow.

    ``order`` are the names of the targets as the section has them; those without a secret are in ``ready``.
    ``everybodys`` are the checks of the whole section.
    """

    environment: str
    order: tuple[str, ...]
    ready: Mapping[str, Target]
    controls: tuple[Target, ...]
    with_secrets: tuple[Mapping[str, Any], ...]
    references: frozenset[Reference]
    everybodys: frozenset[str] = frozenset()

    @classmethod
    def of(cls, section: Mapping[str, Any], share: Share = WHOLE) -> "Prepared":
        """Return a section prepared, or the part of it that is one invocation's."""
        mine = share.of_targets(section["targets"])
        secret = [target for target in mine if references(target)]
        plain = [target for target in mine if not references(target)]
        config = uptime_config({**section, "targets": plain})
        return cls(
            environment=config.environment,
            order=tuple(target["name"] for target in mine),
            ready={target.name: target for target in config.targets},
            controls=config.controls,
            with_secrets=tuple(secret),
            references=references(secret),
            everybodys=frozenset(f"uptime/{target['name']}" for target in section["targets"]),
        )


def watched(prepared: Prepared, read: Reader) -> Watched:
    """Return what a section asks to watch, its references resolved with ``read``."""
    secrets = read(prepared.references) if prepared.references else {}
    ready = dict(prepared.ready)
    unreadable: dict[str, str] = {}
    for target in prepared.with_secrets:
        try:
            filled = parsed(substitute(target, secrets))
            refuse_unusable(filled)
        except SecretUnavailable as missing:
            unreadable[f"uptime/{target['name']}"] = str(missing)
        except UnusableUrl:
            unreadable[f"uptime/{target['name']}"] = "what its secrets make of its address is no URL"
        except UnusableHeader as unusable:
            unreadable[f"uptime/{target['name']}"] = f"{unusable}: store its secret in one line"
        else:
            ready[filled.name] = filled
    targets = tuple(ready[name] for name in prepared.order if name in ready)
    values = [value for value in secrets.values() if isinstance(value, str)]
    own = {secret for target in targets for secret in target.secrets() if secret}
    return Watched(prepared.environment, targets, prepared.controls, unreadable, Redactor([*values, *own]))


def refuse_unusable(target: Target) -> None:
    """Raise ``UnusableUrl`` or ``UnusableHeader`` for a target whose secrets have made what leads nowhere."""
    match target:
        case HttpTarget():
            first_request(target)
        case RedisTarget():
            redis_place(target.url)
        case PostgresTarget():
            from caretaker.core.network.postgres_url import postgres_place

            postgres_place(target.url)
