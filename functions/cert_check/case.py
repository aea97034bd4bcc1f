"""What a judgement is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from caretaker.core.results import Finding, Severity
from caretaker.core.targets.certificate import CertificateTarget
from functions.cert_check.certificate import Certificate
from functions.cert_check.paths import Flaw, Path, find
from functions.cert_check.trust import Trust
from functions.cert_check.validators import Objection, objections

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Case:
    """A server's certificates, what is trusted, and the time (UTC) that is judged for.

    ``protocol`` is what the handshake came to. ``fetched`` are certificates found at addresses that the presented ones
    name; they explain what is missing, and count for nothing else.
    """

    target: CertificateTarget
    chain: Sequence[Certificate]
    protocol: str
    trust: Trust
    at: datetime
    fetched: Sequence[Certificate] = ()

    @property
    def leaf(self) -> Certificate:
        """The server's own certificate."""
        return self.chain[0]

    @property
    def host(self) -> str:
        """The name that the certificate must be for."""
        return self.target.server_name or self.target.host

    @cached_property
    def paths(self) -> list[Path]:
        """The paths from the server's certificate, the best one first."""
        return find(self.leaf, self.chain, self.trust, self.at, [self.host])

    @cached_property
    def path(self) -> Path:
        """The best path, its flaws dropped if both libraries accept another one."""
        best = self.paths[0]
        return Path(best.certificates, best.trusted) if best.trusted and not self.objections else best

    @property
    def flaws(self) -> Sequence[Flaw]:
        """What makes the best path invalid."""
        return self.path.flaws

    @cached_property
    def objections(self) -> list[Objection]:
        """Why the path is not accepted, the end of the server's own certificate left aside: that is said by itself."""
        moment = min(max(self.at, self.leaf.not_before + _SECOND), self.leaf.not_after - _SECOND)
        return objections(self.leaf, self.chain, self.trust, moment)

    @property
    def is_public(self) -> bool:
        """Whether the best path leads to a root that browsers trust."""
        return self.path.trusted and self.trust.is_public(self.path.top)

    @property
    def needed(self) -> Sequence[Certificate]:
        """The certificates of the best path without the trusted one at its end."""
        certificates = self.path.certificates
        return certificates[:-1] if self.path.trusted and len(certificates) > 1 else certificates

    def finding(
        self,
        code: str,
        message: str,
        fix: str,
        certificate: Certificate | None = None,
        *,
        severity: Severity | None = None,
        measured: str = "",
        limit: str = "",
    ) -> Finding:
        """Return a finding, as bad as the target is important unless ``severity`` says otherwise."""
        named = certificate.named if certificate else None
        return Finding(code, severity or self.target.severity, message, fix, measured, limit, named)
