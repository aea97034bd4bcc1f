"""Two libraries that judge a path independently of each other: OpenSSL, and cryptography's implementation of RFC 5280.

A path must be accepted by both. Where only one of them objects, and only to the form of a private CA's certificates,
the server works for most clients: such an objection is an ``opinion``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError
from OpenSSL import crypto

from functions.cert_check.certificate import UNREADABLE, Certificate
from functions.cert_check.trust import Trust

_PARTIAL = crypto.X509StoreFlags.PARTIAL_CHAIN
_STRICT = crypto.X509StoreFlags.X509_STRICT


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a path is not accepted, by whom. ``opinion`` says that only the form of a certificate is complained of."""

    by: str
    reason: str
    opinion: bool


def objections(leaf: Certificate, presented: Sequence[Certificate], trust: Trust, at: datetime) -> list[Objection]:
    """Return why the path from a certificate is not accepted at a time; nothing if both libraries accept it."""
    if refused := _openssl(leaf, presented, trust, at, _PARTIAL):
        return [Objection("OpenSSL", refused, opinion=False)]
    found = []
    if refused := _openssl(leaf, presented, trust, at, _PARTIAL | _STRICT):
        found.append(Objection("OpenSSL's strict rules, which Python 3.13 applies", refused, opinion=bool(trust.own)))
    if not trust.holds(leaf) and (refused := _cryptography(leaf, presented, trust, at)):
        found.append(Objection("the rules of the web PKI", refused, opinion=bool(trust.own)))
    return found


def _openssl(leaf: Certificate, presented: Sequence[Certificate], trust: Trust, at: datetime, flags: int) -> str:
    try:
        store = _store(trust.all, flags)
        store.set_time(at)
        others = [_openssl_form(other.der) for other in presented if other != leaf]
        crypto.X509StoreContext(store, _openssl_form(leaf.der), others).verify_certificate()
    except crypto.X509StoreContextError as error:
        return str(error.args[0])
    except crypto.Error as error:
        return f"a certificate cannot be read ({error})"
    return ""


@lru_cache(maxsize=32)
def _store(trusted: tuple[Certificate, ...], flags: int) -> crypto.X509Store:
    store = crypto.X509Store()
    for certificate in trusted:
        store.add_cert(_openssl_form(certificate.der))
    store.set_flags(flags)
    return store


@lru_cache(maxsize=512)
def _openssl_form(der: bytes) -> crypto.X509:
    return crypto.load_certificate(crypto.FILETYPE_ASN1, der)


def _cryptography(leaf: Certificate, presented: Sequence[Certificate], trust: Trust, at: datetime) -> str:
    try:
        builder = PolicyBuilder().store(_trusted(trust.all)).time(at.replace(tzinfo=None))
        builder = builder.extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all()
        )
        builder.build_client_verifier().verify(leaf.parsed, [other.parsed for other in presented if other != leaf])
    except VerificationError as error:
        return str(error)
    except UNREADABLE as error:
        return f"a certificate cannot be read ({error})"
    return ""


@lru_cache(maxsize=32)
def _trusted(trusted: tuple[Certificate, ...]) -> Store:
    return Store([certificate.parsed for certificate in trusted])
