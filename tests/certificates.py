"""Certificates of every kind for tests and benchmarks: good ones, and ones that nobody should have issued."""

import warnings
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from OpenSSL import crypto

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
KeyKind = Literal["p256", "p384", "p192", "secp256k1", "rsa1024", "rsa2048", "rsa2048-e3", "rsa4096", "ed25519"]
Usage = Literal["digital_signature", "key_encipherment", "key_agreement", "key_cert_sign", "crl_sign"]

_CURVES = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p192": ec.SECP192R1(), "secp256k1": ec.SECP256K1()}
_SIGNING = ("digital_signature", "content_commitment", "key_cert_sign", "crl_sign")
_ENCIPHERING = ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a certificate shall say; None or nothing leaves an extension out.

    ``hosts`` are names and addresses; ``permitted`` and ``excluded`` too, with networks such as ``10.0.0.0/8``.
    ``signed_with`` is the hash of the signature; ``key`` is a kind, or a key that exists already.
    """

    name: str
    organization: str = ""
    begin: datetime
    end: datetime
    hosts: tuple[str, ...] | None = None
    key: KeyKind | Key = "p256"
    is_ca: bool | None = False
    path_length: int | None = None
    usage: tuple[Usage, ...] | None = ("digital_signature",)
    extended_usage: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.SERVER_AUTH,)
    permitted: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    issuer_address: str = ""
    crl_address: str = ""
    signed_with: Literal["sha256", "sha1", "md5"] = "sha256"
    serial: int = 0
    identifiers: bool = True
    more: tuple[tuple[x509.ExtensionType, bool], ...] = ()


@dataclass(frozen=True)
class Issued:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: Key = field(repr=False)

    @property
    def der(self) -> bytes:
        """The certificate's bytes."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> str:
        """The certificate as text."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        """The private key as text."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def issue(wanted: Wanted, issuer: Issued | None = None) -> Issued:
    """Return a certificate, signed by its issuer, or by itself."""
    own = make_key(wanted.key, wanted.name) if isinstance(wanted.key, str) else wanted.key
    signer = issuer.key if issuer else own
    subject = named(wanted.name, wanted.organization)
    builder = x509.CertificateBuilder(
        issuer_name=issuer.certificate.subject if issuer else subject,
        subject_name=subject,
        public_key=own.public_key(),
        serial_number=wanted.serial or x509.random_serial_number(),
        not_valid_before=wanted.begin,
        not_valid_after=wanted.end,
    )
    for extension, critical in (*_extensions(wanted), *_identifiers(wanted, own, signer), *wanted.more):
        builder = builder.add_extension(extension, critical)
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    signed = builder.sign(signer, algorithm)
    return Issued(signed if wanted.signed_with == "sha256" else _changed(signed, signer, wanted.signed_with), own)


def first_version(issued: Issued) -> Issued:
    """Return a self-signed certificate as X.509 version 1, which knows no extensions: it must have none."""
    return Issued(_changed(issued.certificate, issued.key, "sha256", version=0), issued.key)


@cache
def make_key(kind: KeyKind, owner: str) -> Key:
    """Return a key of a kind, for an owner the same each time; RSA keys, which take long, are shared."""
    match kind:
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        case "rsa1024" | "rsa2048" | "rsa2048-e3" | "rsa4096":
            return _rsa_key(int(kind[3:7]), 3 if kind.endswith("e3") else 65_537)
        case _:
            return ec.generate_private_key(_CURVES[kind])


@cache
def _rsa_key(bits: int, exponent: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(exponent, bits)


def named(name: str, organization: str = "") -> x509.Name:
    """Return a name as certificates have it, with what is not empty of it."""
    parts = ((NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, name))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts if text])


def _extensions(wanted: Wanted) -> list[tuple[x509.ExtensionType, bool]]:
    found: list[tuple[x509.ExtensionType, bool]] = []
    if wanted.is_ca is not None:
        found.append((x509.BasicConstraints(wanted.is_ca, wanted.path_length), True))
    if wanted.hosts is not None:
        names = x509.SubjectAlternativeName([_general(host) for host in wanted.hosts])
        found.append((names, not wanted.name))  # critical where there is no subject, as RFC 5280 has it
    if wanted.usage is not None:
        found.append((key_usage(*wanted.usage), True))
    if wanted.extended_usage:
        found.append((x509.ExtendedKeyUsage(wanted.extended_usage), False))
    if wanted.permitted or wanted.excluded:
        permitted, excluded = ([_general(name) for name in names] for names in (wanted.permitted, wanted.excluded))
        found.append((x509.NameConstraints(permitted or None, excluded or None), True))
    if wanted.issuer_address:
        access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, url_name(wanted.issuer_address))
        found.append((x509.AuthorityInformationAccess([access]), False))
    if wanted.crl_address:
        point = x509.DistributionPoint([url_name(wanted.crl_address)], None, None, None)
        found.append((x509.CRLDistributionPoints([point]), False))
    return found


def _identifiers(wanted: Wanted, own: Key, signer: Key) -> list[tuple[x509.ExtensionType, bool]]:
    if not wanted.identifiers:
        return []
    subject = x509.SubjectKeyIdentifier.from_public_key(own.public_key())
    return [(subject, False), (x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)]


def url_name(url: str) -> x509.UniformResourceIdentifier:
    """Return a URL as certificates name it."""
    return x509.UniformResourceIdentifier(url)


def key_usage(*usages: Usage) -> x509.KeyUsage:
    """Return what a key may be used for."""
    return x509.KeyUsage(**{name: name in usages for name in (*_SIGNING, *_ENCIPHERING)})


def _general(name: str) -> x509.GeneralName:
    for parse in (ip_address, ip_network):
        try:
            return x509.IPAddress(parse(name))
        except ValueError:
            continue
    return x509.DNSName(name)


def _changed(certificate: x509.Certificate, signer: Key, digest: str, version: int = 2) -> x509.Certificate:
    """Return a certificate as cryptography does not make them any more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        form = crypto.X509.from_cryptography(certificate)
        form.set_version(version)
        form.sign(crypto.PKey.from_cryptography_key(signer), digest)
    return form.to_cryptography()
