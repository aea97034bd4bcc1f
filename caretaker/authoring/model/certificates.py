"""The section ``certificates``: which TLS endpoints' certificates to watch."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.base import Section
from caretaker.authoring.model.figures import Lead, Port, Timeout, default
from caretaker.authoring.model.recheck import Recheck, RecheckRule
from caretaker.authoring.model.texts import Certificates as PemFile
from caretaker.authoring.model.texts import Host, Name, PageUrl, SeverityWord, one_word_of
from caretaker.authoring.wording import kind
from caretaker.core.results import Severity


class StartTls(StrEnum):
    """What is spoken before TLS begins."""

    SMTP = "smtp"
    IMAP = "imap"
    POP3 = "pop3"
    FTP = "ftp"
    POSTGRES = "postgres"


class Expiring(Section):
    """How long before its end a certificate is medium, high and critical."""

    medium: Lead | None = None
    """Below this it is medium."""
    high: Lead | None = None
    """Below this it is high."""
    critical: Lead | None = None
    """Below this it is critical."""

    @model_validator(mode="after")
    def _falls(self) -> Self:
        given = [lead for lead in (self.medium, self.high, self.critical) if lead is not None]
        if not given:
            raise Unfit("there is no threshold", "Write {medium: 30d, high: 14d, critical: 3d}, or auto.")
        if any(longer <= shorter for longer, shorter in pairwise(given)):
            raise Unfit("a more urgent threshold must come later", "Write {medium: 30d, high: 14d, critical: 3d}.")
        return self


def _written(value: object) -> object:
    if value == "auto":
        return None
    if isinstance(value, dict):
        return value
    raise Unfit(f"auto or thresholds are needed, not {kind(value)}", "Write {medium: 30d, high: 14d, critical: 3d}.")


# None is auto: of a real union pydantic would name every member that a mistake could be one of.
ExpiringRule = Annotated[
    Expiring | None,
    BeforeValidator(_written, json_schema_input_type=Literal["auto"] | Expiring),
]


class CertificateDefaults(Section):
    """What holds for every endpoint that does not say otherwise."""

    expiring: ExpiringRule = Field(default=None, json_schema_extra=default("auto"))
    """How long before its end it is said: auto goes by the certificate's lifetime."""
    severity: SeverityWord = Severity.HIGH
    """How bad it is if clients refuse a certificate."""
    timeout: Timeout = Field(default=10.0, json_schema_extra=default("10s"))
    """How long connecting and the handshake may take."""
    recheck: Recheck = Field(default=RecheckRule(), json_schema_extra={"default": 2})
    """How often a bad look is repeated before it counts."""


class CertificateTarget(Section):
    """A TLS endpoint whose certificate is watched."""

    name: Name
    """Unique within certificates: letters, digits and - _ ."""
    host: Host
    """Its name or address."""
    port: Port = 443
    """Where it listens."""
    starttls: Annotated[StartTls, one_word_of(StartTls)] | None = None
    """What is spoken before TLS; left out where TLS comes first."""
    server_name: Host | None = None
    """The name that is asked for, if it is not the host's."""
    ca: PemFile | None = None
    """A PEM file with authorities of your own, trusted beside the public ones; relative to this file."""
    group: Name | None = None
    """One word for messages and the status page."""
    runbook: PageUrl | None = None
    """The address of your own page for when something is wrong with it; messages lead there instead."""
    expiring: ExpiringRule = None
    """How long before its end it is said; from certificates.defaults if left out."""
    severity: SeverityWord | None = None
    """How bad it is if clients refuse it; from certificates.defaults if left out."""
    timeout: Timeout | None = None
    """How long connecting and the handshake may take; from certificates.defaults if left out."""


class CertificateSection(Section):
    """Which TLS endpoints' certificates to watch."""

    defaults: CertificateDefaults = CertificateDefaults()
    """What holds for every endpoint that does not say otherwise."""
    from_uptime: bool = False
    """Whether HTTPS and TLS targets of uptime are looked at without being listed again."""
    targets: list[CertificateTarget] = Field(default=[])
    """The endpoints."""
