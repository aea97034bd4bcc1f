"""A certificate as it is judged: what can be read of it, and what cannot.

Servers present what they like. A part that cannot be read must become a sentence (``problems``), never an exception.
"""

import hashlib
import warnings
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import AuthorityInformationAccessOID

from caretaker.core.results import CertificateName
from functions.cert_check.attributes import common_name, comparable, organization
from functions.cert_check.signatures import verify
from functions.cert_check.unreadable import UNREADABLE, readable
from functions.cert_check.wording import printable

# Serial numbers that are not positive are said in findings, and some old roots have them.
warnings.filterwarnings("ignore", "Parsed a serial number", CryptographyDeprecationWarning)

E = TypeVar("E", bound=x509.ExtensionType)

_SPKI = PublicFormat.SubjectPublicKeyInfo


class UnreadableCertificate(Exception):
    """The bytes are no certificate; the message says why."""


@dataclass(frozen=True)
class Certificate:
    """A certificate. ``position`` is its place in what the server presented, 0 for its own; None for a trusted one."""

    der: bytes
    parsed: x509.Certificate
    position: int | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, in hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    @cached_property
    def subject(self) -> bytes:
        """The subject, in the form in which names are compared."""
        return comparable(self.parsed.subject)

    @cached_property
    def issuer(self) -> bytes:
        """The issuer, in the form in which names are compared."""
        return comparable(self.parsed.issuer)

    @property
    def not_before(self) -> datetime:
        """The first moment (UTC) at which it is valid."""
        return self.parsed.not_valid_before_utc

    @property
    def not_after(self) -> datetime:
        """The last moment (UTC) at which it is valid."""
        return self.parsed.not_valid_after_utc

    @property
    def lifetime(self) -> float:
        """The seconds for which it is valid."""
        return (self.not_after - self.not_before).total_seconds()

    @cached_property
    def key(self) -> CertificatePublicKeyTypes | None:
        """The public key, None if it is of no kind that is known."""
        return readable(self.parsed.public_key)

    @cached_property
    def key_fingerprint(self) -> str:
        """The SHA-256 of the public key with its algorithm, in hexadecimal; empty for one of no known kind."""
        return "" if self.key is None else hashlib.sha256(self.key.public_bytes(Encoding.DER, _SPKI)).hexdigest()

    @cached_property
    def extensions(self) -> x509.Extensions | None:
        """The extensions, None if one of them cannot be read."""
        return readable(lambda: self.parsed.extensions)

    def extension(self, kind: type[E]) -> x509.Extension[E] | None:
        """Return an extension, None if it has none of that kind."""
        with suppress(x509.ExtensionNotFound):
            return self.extensions.get_extension_for_class(kind) if self.extensions else None
        return None

    @property
    def names(self) -> x509.SubjectAlternativeName | None:
        """The names and addresses that it is for."""
        found = self.extension(x509.SubjectAlternativeName)
        return found.value if found else None

    @property
    def is_ca(self) -> bool:
        """Whether it says of itself that it may issue certificates."""
        found = self.extension(x509.BasicConstraints)
        return bool(found and found.value.ca)

    @cached_property
    def is_self_signed(self) -> bool:
        """Whether it is signed with its own key."""
        return self.subject == self.issuer and self.is_issued_by(self)

    @property
    def issuer_addresses(self) -> list[str]:
        """The URLs at which its issuer's certificate can be had."""
        found = self.extension(x509.AuthorityInformationAccess)
        return [
            access.access_location.value
            for access in (found.value if found else ())
            if access.access_method == AuthorityInformationAccessOID.CA_ISSUERS
            and isinstance(access.access_location, x509.UniformResourceIdentifier)
        ]

    def is_issued_by(self, other: "Certificate") -> bool:
        """Whether the other one's name and key have signed this one."""
        if self.issuer != other.subject:
            return False
        try:
            verify(self.parsed, other.key)
        except (*UNREADABLE, InvalidSignature):
            return False
        return True

    @property
    def shown(self) -> str:
        """The name by which people know it: of its subject, or the first one that it is for."""
        named = next((printable(str(name.value)) for name in self.names or ()), "")
        subject = self.parsed.subject
        return common_name(subject) or named or organization(subject) or "somebody without a name"

    @property
    def issuer_shown(self) -> str:
        """The name by which people know its issuer."""
        issuer = self.parsed.issuer
        return common_name(issuer) or organization(issuer) or "an issuer without a name"

    @property
    def issuer_organization(self) -> str:
        """The organization that issued it, empty if it does not say."""
        return organization(self.parsed.issuer)

    @property
    def serial(self) -> str:
        """The serial number in hexadecimal."""
        number = readable(lambda: self.parsed.serial_number)
        return "unreadable" if number is None else f"{number:x}"

    @property
    def named(self) -> CertificateName:
        """Which certificate it is, for findings."""
        return CertificateName(self.shown, self.issuer_shown, self.serial, self.position)

    def __str__(self) -> str:
        if self.position == 0:
            return f"the certificate of {self.shown}"
        place = "a trusted root" if self.position is None else f"number {self.position + 1} of the chain"
        return f"the certificate of {self.shown} ({place})"


def read(der: bytes, position: int | None = None) -> Certificate:
    """Return the certificate in these bytes (DER); raise ``UnreadableCertificate`` if they hold none."""
    try:
        parsed = x509.load_der_x509_certificate(der)
        certificate = Certificate(der, parsed, position)
        _ = certificate.subject, certificate.issuer, certificate.not_before, certificate.not_after, parsed.version
    except UNREADABLE as error:
        raise UnreadableCertificate(printable(str(error)) or type(error).__name__) from error
    return certificate
