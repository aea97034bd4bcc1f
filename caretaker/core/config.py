"""The compiled configuration: what a function reads of caretaker.yaml.

``caretaker.authoring`` checks the file that a person edits and compiles it to JSON, one section for
each function. This module only turns that JSON into values; it assumes that it is right.
Times are in seconds, sizes in bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from caretaker.core.results import Severity
from caretaker.core.targets import target
from caretaker.core.targets.base import Target
from caretaker.core.targets.certificate import CertificateTarget

Json = Mapping[str, Any]  # what json.loads gives for an object: its values are of any JSON type


class NotBuilt(Exception):
    """The artifact holds no configuration for the environment that it runs in."""


def built_section(app: str, environment: str) -> Json:
    """Return the section that was built in beside an ``app.py`` for an environment; raise ``NotBuilt``."""
    path = section_path(Path(app).parent, environment)
    if not path.is_file():
        raise NotBuilt(
            f"no configuration was built in for the environment {environment}: build with a file that says "
            f"environment: {environment}, and deploy that"
        )
    section: Json = json.loads(path.read_text("utf-8"))
    return section


def section_path(package: Path, environment: str) -> Path:
    """Return where a function's package has its section for an environment."""
    return package / f"config.{environment}.json"


@dataclass(frozen=True, slots=True)
class UptimeConfig:
    """What ``uptime`` looks at; ``controls`` only to learn whether its own network is well."""

    environment: str
    targets: tuple[Target, ...]
    controls: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class CertificatesConfig:
    """What ``cert_check`` looks at. ``reports_network`` says that nobody else reports a network that has failed."""

    environment: str
    targets: tuple[CertificateTarget, ...]
    controls: tuple[Target, ...]
    reports_network: bool


@dataclass(frozen=True, slots=True)
class BackupConfig:
    """What ``backup`` backs up. Addresses hold references to secrets."""

    environment: str
    databases: tuple[Json, ...]

    def database(self, name: str) -> Json | None:
        """Return the compiled form of a database, None if the configuration has none of that name."""
        return next((database for database in self.databases if database["name"] == name), None)


@dataclass(frozen=True, slots=True)
class DrillServer:
    """A server of the owner's for drills: ``url`` is a reference to a secret, ``ca`` PEM text of an own authority."""

    url: str
    ca: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised of a database: how old its newest backup may be, and how long a restore may take.

    ``drill`` is where its backups are restored for proof, None for a server that is thrown away.
    """

    name: str
    rpo: float
    rto: float
    drill: DrillServer | None = None


@dataclass(frozen=True, slots=True)
class PromisesConfig:
    """What ``verify`` knows of the databases, which it cannot reach; a server for drills is another."""

    environment: str
    databases: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long backups are kept: by kind in seconds, and how many good ones however old they are.

    ``weekly``, ``monthly`` and ``yearly`` are numbers of weeks, months and years of which the newest good one stays.
    """

    daily: float = 30 * 86_400.0
    emergency: float = 90 * 86_400.0
    keep_last: int = 3
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0


@dataclass(frozen=True, slots=True)
class CleanupConfig:
    """What ``cleanup`` goes by; without ``retention`` no backup is ever deleted. ``databases`` are those backed up."""

    environment: str
    databases: tuple[str, ...]
    retention: Retention | None


@dataclass(frozen=True, slots=True)
class Channel:
    """Somewhere to send messages. ``address`` is a URL, a topic's logical name, or PagerDuty's routing key.

    ``secret`` signs what a webhook is sent; ``region`` is PagerDuty's.
    """

    name: str
    kind: Literal["slack", "sns", "pagerduty", "webhook"]
    address: str
    secret: str = ""
    region: Literal["us", "eu"] = "us"


@dataclass(frozen=True, slots=True)
class AlertsConfig:
    """Whom ``notify`` tells. ``fallback`` names a channel, or is ``watchdog`` for the watchdog topic.

    ``reminder`` is how many seconds people are left alone with an open incident. ``runbooks`` is where the pages
    of docs/runbooks are; ``own_runbooks`` has the address of a team's own page by the check's name.
    """

    environment: str
    channels: tuple[Channel, ...]
    routes: Mapping[Severity, tuple[str, ...]]
    fallback: str
    reminder: float = 4 * 3600.0
    runbooks: str = "docs/runbooks"
    own_runbooks: Mapping[str, str] = field(default_factory=dict)

    def channel(self, name: str) -> Channel | None:
        """Return the channel of that name, or None if the configuration no longer has it."""
        return next((channel for channel in self.channels if channel.name == name), None)


def uptime_config(section: Json) -> UptimeConfig:
    """Return the configuration of ``uptime`` from its compiled section."""
    return UptimeConfig(
        environment=section["environment"],
        targets=tuple(target(one) for one in section["targets"]),
        controls=tuple(target(one) for one in section["controls"]),
    )


def certificates_config(section: Json) -> CertificatesConfig:
    """Return the configuration of ``cert_check`` from its compiled section."""
    targets = [target(one) for one in section["targets"]]
    return CertificatesConfig(
        environment=section["environment"],
        targets=tuple(one for one in targets if isinstance(one, CertificateTarget)),
        controls=tuple(target(one) for one in section["controls"]),
        reports_network=section["reports_network"],
    )


def backup_config(section: Json) -> BackupConfig:
    """Return the configuration of ``backup`` from its compiled section."""
    return BackupConfig(section["environment"], tuple(section["databases"]))


def promises_config(section: Json) -> PromisesConfig:
    """Return the configuration of ``verify`` from its compiled section."""
    return PromisesConfig(section["environment"], tuple(map(_promise, section["databases"])))


def _promise(database: Json) -> Promise:
    drill = database.get("drill")
    return Promise(database["name"], database["rpo"], database["rto"], DrillServer(**drill) if drill else None)


def cleanup_config(section: Json) -> CleanupConfig:
    """Return the configuration of ``cleanup`` from its compiled section."""
    retention = section["retention"]
    return CleanupConfig(
        section["environment"], tuple(section["databases"]), Retention(**retention) if retention else None
    )


def alerts_config(section: Json) -> AlertsConfig:
    """Return the configuration of ``notify`` from its compiled section."""
    return AlertsConfig(
        environment=section["environment"],
        channels=tuple(Channel(**channel) for channel in section["channels"]),
        routes={Severity(severity): tuple(names) for severity, names in section["routes"].items()},
        fallback=section["fallback"],
        reminder=section["reminder"],
        runbooks=section["runbooks"],
        own_runbooks=section["own_runbooks"],
    )
