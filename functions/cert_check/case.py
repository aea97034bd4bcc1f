"""What a judgement is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cryptography import x509

from caretaker.core.results import Finding, Severity
from caretaker.core.targets.certificate import CertificateTarget
from functions.cert_check.certificate import Certificate
from functions.cert_check.paths import Flaw, Path, find
from functions.cert_check.trust import Trust
from functions.cert_check.validators import Objection, objections


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
    def path(self) -> Path:
        """The best path from the server's certificate."""
        found = find(self.leaf, self.chain, self.trust, self.at, [self.host])
        if not found.is_complete and self.moment == self.at and not self.objections:
            return Path(found.best.certificates, trusted=True)  # there is a better one among those not tried
        return found.best

    @property
    def flaws(self) -> Sequence[Flaw]:
        """What makes the best path invalid."""
        return self.path.flaws

    @property
    def moment(self) -> datetime:
        """The time nearest to the judgement's at which the server's own certificate is valid."""
        return max(min(self.at, self.leaf.not_after), self.leaf.not_before)

    @cached_property
    def objections(self) -> list[Objection]:
        """Why the path is not accepted, the end of the server's own certificate left aside: that is said by itself."""
        return objections(self.leaf, self.chain, self.trust, self.moment)

    @cached_property
    def false_issuer(self) -> Certificate | None:
        """The certificate that should have signed the last one of a path that leads nowhere, and has not."""
        top = self.path.top
        if self.path.trusted or top.is_self_signed:
            return None
        known = (*self.chain, *self.trust.by_subject.get(top.issuer, ()))
        return next((one for one in known if _says_issuer(top, one) and not top.is_issued_by(one)), None)

    @property
    def is_public(self) -> bool:
        """Whether the best path leads to a root that browsers trust."""
        return self.trust.is_public(self.path.top)

    @property
    def needed(self) -> Sequence[Certificate]:
        """The certificates of the best path that the server must send: all but a trusted root."""
        certificates = self.path.certificates
        return (
            certificates[:-1]
            if self.path.trusted and self.path.issuers and self.path.top.is_self_signed
            else certificates
        )

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


def _says_issuer(certificate: Certificate, other: Certificate) -> bool:
    """Whether a certificate says that the other one has signed it: by name, and by key where both tell theirs."""
    authority, subject = certificate.extension(x509.AuthorityKeyIdentifier), other.extension(x509.SubjectKeyIdentifier)
    wanted = authority.value.key_identifier if authority else None
    return certificate.issuer == other.subject and (not wanted or not subject or wanted == subject.value.digest)
