"""A certificate authority for tests: it issues, revokes, and answers about what it has issued."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from caretaker.core.results import Severity
from caretaker.core.targets.certificate import CertificateTarget
from functions.cert_check.certificate import Certificate, read
from tests.certificates import Issued, Key, Wanted, issue, key_usage, named, url_name
from tests.samples import COMMON

AT = datetime(2026, 11, 21, 2, tzinfo=UTC)
DAY = timedelta(days=1)

SIGNS = key_usage("key_cert_sign", "crl_sign")


def new_key() -> Key:
    """Return a key that is quick to make."""
    return ec.generate_private_key(ec.SECP256R1())


def point(*urls: str, reasons: frozenset[x509.ReasonFlags] | None = None, issuer: str = "") -> x509.DistributionPoint:
    """Return where a list is; ``issuer`` is who signs it, if that is somebody else."""
    signer = [x509.DirectoryName(named(issuer))] if issuer else None
    return x509.DistributionPoint([url_name(url) for url in urls], None, reasons, signer)


def scope(*urls: str, **details: Any) -> x509.IssuingDistributionPoint:  # of many types
    """Return what a list says it is for."""
    given: dict[str, Any] = {
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint([url_name(url) for url in urls] or None, **(given | details))


def endpoint() -> CertificateTarget:
    """Return the endpoint that the certificates are for, with the defaults of the configuration."""
    own: dict[str, Any] = {"name": "app", "host": "app.example.com", "port": 443, "server_name": "", "starttls": ""}
    return CertificateTarget(**COMMON | own | {"ca": "", "expiring": None, "severity": Severity.HIGH})


@dataclass(frozen=True)
class Authority:
    """A CA: its certificate, and the key that it signs with."""

    name: str = "Test CA"
    key: Key = field(default_factory=new_key)
    above: "Authority | None" = None
    usage: x509.KeyUsage | None = None
    issuers_at: str = ""
    organization: str = ""

    @cached_property
    def certificate(self) -> Certificate:
        """The CA's own certificate."""
        given = (self.usage,) if self.usage else ()
        signer = self.above or self
        return signer.issue(
            self.name,
            key=self.key,
            is_ca=True,
            serial=1,
            issuers_at=self.issuers_at,
            begin=AT - 1000 * DAY,
            end=AT + 3000 * DAY,
            organization=self.organization,
            more=given,
        )

    @cached_property
    def pem(self) -> str:
        """The CA's own certificate as a configuration has it."""
        return self.certificate.parsed.public_bytes(Encoding.PEM).decode()

    def issue(
        self,
        name: str = "app.example.com",
        *,
        key: Key | None = None,
        is_ca: bool = False,
        serial: int = 0,
        lists_at: tuple[x509.DistributionPoint, ...] = (),
        asked_at: tuple[str, ...] = (),
        issuers_at: str = "",
        begin: datetime = AT - DAY,
        end: datetime = AT + 60 * DAY,
        organization: str = "",
        hosts: tuple[str, ...] = (),
        more: tuple[x509.ExtensionType, ...] = (),
    ) -> Certificate:
        """Return a certificate for ``hosts``, or for its name alone, that says where to ask about it."""
        own = key or new_key()
        access = [(AuthorityInformationAccessOID.OCSP, url) for url in asked_at]
        access += [(AuthorityInformationAccessOID.CA_ISSUERS, issuers_at)] if issuers_at else []
        described = [x509.AccessDescription(method, url_name(url)) for method, url in access]
        places = [x509.AuthorityInformationAccess(described)] if described else []
        lists = [x509.CRLDistributionPoints(lists_at)] if lists_at else []
        wanted = Wanted(
            name=name,
            organization=organization,
            begin=begin,
            end=end,
            hosts=None if is_ca else hosts or (name,),
            key=own,
            is_ca=is_ca,
            usage=None,
            extended_usage=(),
            serial=serial,
            more=tuple((extension, False) for extension in (*places, *lists, *more)),
        )
        signer = None if own is self.key else Issued(self.certificate.parsed, self.key)
        return read(issue(wanted, signer).der, 0)

    def crl(
        self,
        *revoked: tuple[Certificate, x509.ReasonFlags | None],
        made: datetime = AT - DAY,
        renewed: datetime | None = AT + 6 * DAY,
        more: tuple[x509.ExtensionType, ...] = (),
    ) -> x509.CertificateRevocationList:
        """Return a list of what was revoked, two days before ``AT``."""
        builder = x509.CertificateRevocationListBuilder(named(self.name, self.organization), made, renewed or AT)
        for extension in more:
            builder = builder.add_extension(extension, critical=True)
        for certificate, reason in revoked:
            entry = x509.RevokedCertificateBuilder(certificate.parsed.serial_number, AT - 2 * DAY)
            if reason:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.key, _hash(self.key))

    def list_of(self, *revoked: tuple[Certificate, x509.ReasonFlags | None], **details: Any) -> bytes:
        """Return such a list as it is served."""
        return self.crl(*revoked, **details).public_bytes(Encoding.DER)

    def answer(
        self,
        certificate: Certificate,
        status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
        *,
        reason: x509.ReasonFlags | None = None,
        made: datetime = AT - DAY,
        renewed: datetime | None = AT + 3 * DAY,
        issuer: Certificate | None = None,
        algorithm: hashes.HashAlgorithm | None = None,
        responder: tuple[Certificate, Key] | None = None,
    ) -> bytes:
        """Return what the CA says of a certificate (OCSP), or its responder does in its name."""
        signer, key = responder or (self.certificate, self.key)
        builder = ocsp.OCSPResponseBuilder().add_response(
            certificate.parsed,
            (issuer or self.certificate).parsed,
            algorithm or hashes.SHA1(),
            status,
            made,
            renewed,
            AT - 2 * DAY if status is ocsp.OCSPCertStatus.REVOKED else None,
            reason,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.parsed)
        if responder:
            builder = builder.certificates([signer.parsed])
        return builder.sign(key, _hash(key)).public_bytes(Encoding.DER)

    def responder(self, *usages: x509.ObjectIdentifier, **details: Any) -> tuple[Certificate, Key]:
        """Return a certificate for answering in the CA's name, and its key."""
        key = new_key()
        usage = x509.ExtendedKeyUsage(usages or (ExtendedKeyUsageOID.OCSP_SIGNING,))
        return self.issue("Responder", key=key, more=(usage,), **details), key


def _hash(key: Key) -> hashes.SHA256 | None:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
