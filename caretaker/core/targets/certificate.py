"""TLS endpoints whose certificates are watched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from caretaker.core.targets.base import Target

StartTls = Literal["", "smtp", "imap", "pop3", "ftp", "postgres"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below how many seconds left an end is medium, high and critical; None for a severity that is never reached."""

    medium: float | None
    high: float | None
    critical: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateTarget(Target):
    """A TLS endpoint. ``starttls`` is the protocol that is spoken before TLS, empty for none.

    ``server_name`` is asked for, and what the certificate must be for. ``ca`` is PEM text of an own authority.
    ``expiring`` is None where the lifetime decides. ``reached_by`` is the check that watches whether the endpoint can
    be reached, empty if none does.
    """

    kind: ClassVar[str] = "cert"

    host: str
    port: int
    server_name: str
    starttls: StartTls
    ca: str
    expiring: Thresholds | None
    reached_by: str = ""

    @property
    def endpoint(self) -> str:
        """Host and port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def certificate_fields(target: Mapping[str, Any]) -> dict[str, Any]:  # a JSON object, and fields of many types
    """Return what the compiled form of a TLS endpoint holds beside what every target has."""
    names = ("host", "port", "server_name", "starttls", "ca", "reached_by")
    expiring = target["expiring"]
    return {name: target[name] for name in names} | {"expiring": Thresholds(**expiring) if expiring else None}
