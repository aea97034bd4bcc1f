"""The paths from a server's certificate to a trusted one, and what is wrong with each.

* Whatever a server presents, only so many signatures must be verified: loops and swarms of namesakes end.
* A path is judged by what it needs: what else was presented takes no part in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from functions.cert_check.certificate import Certificate
from functions.cert_check.constraints import violation
from functions.cert_check.trust import Trust

FOR_SERVERS = ExtendedKeyUsageOID.SERVER_AUTH  # OpenSSL and Firefox do not take anyExtendedKeyUsage for it
_MOST_SIGNATURES = 150
_LONGEST = 20
_MOST_PATHS = 20


@dataclass(frozen=True, slots=True)
class Flaw:
    """What makes a path invalid: the finding's code, the certificate, and the reason as the end of a sentence."""

    code: str
    certificate: Certificate
    reason: str


@dataclass(frozen=True, slots=True)
class Path:
    """Certificates of which each is signed by the next. ``trusted`` says that the last one is trusted."""

    certificates: tuple[Certificate, ...]
    trusted: bool
    flaws: tuple[Flaw, ...] = ()

    @property
    def top(self) -> Certificate:
        """The last certificate."""
        return self.certificates[-1]

    @property
    def issuers(self) -> tuple[Certificate, ...]:
        """The certificates above the server's own."""
        return self.certificates[1:]

    @property
    def ends(self) -> datetime:
        """When the first of its issuers ends; far away for a path without any."""
        return min((issuer.not_after for issuer in self.issuers), default=datetime.max.replace(tzinfo=UTC))


@dataclass(slots=True)
class _Search:
    presented: Sequence[Certificate]
    trust: Trust
    verified: dict[tuple[bytes, bytes], bool] = field(default_factory=dict)
    left: int = _MOST_SIGNATURES

    def paths(self, path: tuple[Certificate, ...]) -> Iterator[Path]:
        top = path[-1]
        if self.trust.holds(top):
            yield Path(path, trusted=True)
            return
        issuers = [] if len(path) >= _LONGEST else list(self._issuers(top, path))
        for issuer in issuers:
            yield from self.paths((*path, issuer))
        if not issuers:
            yield Path(path, trusted=False)

    def _issuers(self, certificate: Certificate, path: tuple[Certificate, ...]) -> Iterator[Certificate]:
        namesakes = [other for other in self.presented if other.subject == certificate.issuer]
        seen = set(path)
        for other in dict.fromkeys([*self.trust.by_subject.get(certificate.issuer, ()), *namesakes]):
            if other not in seen and self._is_issued_by(certificate, other):
                yield other

    def _is_issued_by(self, certificate: Certificate, other: Certificate) -> bool:
        pair = (certificate.der, other.der)
        if pair not in self.verified:
            if not self.left:
                return False
            self.left -= 1
            self.verified[pair] = certificate.is_issued_by(other)
        return self.verified[pair]


@dataclass(frozen=True, slots=True)
class Found:
    """The best path from a certificate. ``is_complete`` says that no other one was left untried."""

    best: Path
    is_complete: bool


def find(
    leaf: Certificate, presented: Sequence[Certificate], trust: Trust, at: datetime, names: Sequence[str]
) -> Found:
    """Return the best path from a certificate; there is always one.

    ``names`` are what the certificate must be allowed for at ``at``.
    """
    search, found = _Search(presented, trust), []
    for path in search.paths((leaf,)):
        found.append(Path(path.certificates, path.trusted, tuple(_flaws(path, at, names))))
        if len(found) == _MOST_PATHS:
            break
    return Found(min(found, key=_badness), is_complete=len(found) < _MOST_PATHS and search.left > 0)


def _badness(path: Path) -> tuple[bool, int, float, int]:
    length = len(path.certificates)
    # The longest of the paths that lead nowhere says most; the shortest of the trusted ones is the one that is taken.
    return (not path.trusted, len(path.flaws), -path.ends.timestamp(), length if path.trusted else -length)


def _flaws(path: Path, at: datetime, names: Sequence[str]) -> Iterator[Flaw]:
    for below, issuer in enumerate(path.issuers):
        if at > issuer.not_after:
            yield Flaw("chain-expired", issuer, f"expired on {issuer.not_after:%Y-%m-%d}")
        elif at < issuer.not_before:
            yield Flaw("bad-chain", issuer, f"is not valid before {issuer.not_before:%Y-%m-%d %H:%M} UTC")
        is_anchor = path.trusted and issuer == path.top
        if not is_anchor:
            yield from _no_authority(issuer)
        yield from _too_deep(path, issuer, below)
        yield from _wrong_usage(issuer)
        outside = violation(issuer, path.certificates[0], names)
        if outside:
            yield Flaw("name-constraint", issuer, outside)


def _no_authority(issuer: Certificate) -> Iterator[Flaw]:
    if not issuer.is_ca:
        yield Flaw("bad-chain", issuer, "is not that of a CA, and yet it has signed another one")
        return
    usage = issuer.extension(x509.KeyUsage)
    if usage and not usage.value.key_cert_sign:
        yield Flaw("bad-chain", issuer, "must not be used to sign others (its keyUsage lacks keyCertSign)")


def _too_deep(path: Path, issuer: Certificate, below: int) -> Iterator[Flaw]:
    limits = issuer.extension(x509.BasicConstraints)
    longest = limits.value.path_length if limits else None
    between = sum(other.subject != other.issuer for other in path.certificates[1 : below + 1])
    if longest is not None and between > longest:
        yield Flaw("bad-chain", issuer, f"allows {longest} CAs below it, and there are {between}")


def _wrong_usage(issuer: Certificate) -> Iterator[Flaw]:
    usage = issuer.extension(x509.ExtendedKeyUsage)
    if usage and FOR_SERVERS not in usage.value:
        yield Flaw("wrong-usage", issuer, "must not issue for servers (its extendedKeyUsage lacks serverAuth)")
