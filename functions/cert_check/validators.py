"""Two libraries that judge a path independently of each other: OpenSSL, and cryptography's implementation of RFC 5280.

OpenSSL must accept a path, and of its strict rules and cryptography's at least one. What a single one of these objects
to is no hindrance to most clients, and what cryptography cannot judge is no objection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.x509 import ExtendedKeyUsage
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError
from OpenSSL import crypto

from functions.cert_check.certificate import Certificate
from functions.cert_check.trust import Trust
from functions.cert_check.unreadable import UNREADABLE
from functions.cert_check.wording import printable

_PARTIAL = crypto.X509StoreFlags.PARTIAL_CHAIN
_STRICT = crypto.X509StoreFlags.X509_STRICT
_LONGEST = 200  # characters of a reason
# What cryptography does not know, and OpenSSL does: constraints on directory names, certificate policies.
_BEYOND_CRYPTOGRAPHY = ("unsupported", "unaccounted-for critical extensions")
# X509_V_ERR_PERMITTED_VIOLATION to X509_V_ERR_UNSUPPORTED_NAME_SYNTAX (openssl/x509_vfy.h)
_NAME_CONSTRAINTS = range(47, 54)
# The names and usages of servers' certificates are judged by rules of their own. A verifier of clients' asks for no
# name; that it would ask for clients' usage is why usages are left aside, those of CAs too.
_OF_CAS = ExtensionPolicy.webpki_defaults_ca().may_be_present(ExtendedKeyUsage, Criticality.AGNOSTIC, None)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a path is not accepted, and by whom; ``code`` is the finding's. Not all clients apply ``strict`` rules."""

    by: str
    reason: str
    strict: bool
    code: str = "bad-chain"


def objections(leaf: Certificate, presented: Sequence[Certificate], trust: Trust, at: datetime) -> list[Objection]:
    """Return why the path from a certificate is not accepted at a time; nothing if both libraries accept it."""
    if refused := by_openssl(leaf, presented, trust, at):
        reason, number = refused
        return [Objection("OpenSSL", reason, False, "name-constraint" if number in _NAME_CONSTRAINTS else "bad-chain")]
    found = []
    if refused := by_openssl(leaf, presented, trust, at, is_strict=True):
        found.append(Objection("OpenSSL's strict rules, which Python 3.13 applies", refused[0], strict=True))
    reason = "" if trust.holds(leaf) else by_web_pki(leaf, presented, trust, at)
    if reason and not any(limit in reason for limit in _BEYOND_CRYPTOGRAPHY):
        found.append(Objection("the rules of the web PKI", reason, strict=True))
    return found


def by_openssl(
    leaf: Certificate, presented: Sequence[Certificate], trust: Trust, at: datetime, *, is_strict: bool = False
) -> tuple[str, int] | None:
    """Return OpenSSL's reason and the number of its error, None if it accepts."""
    try:
        others = [_openssl_form(other.der) for other in presented if other != leaf]
        store = _store(trust.all, _PARTIAL | _STRICT if is_strict else _PARTIAL, at)
        crypto.X509StoreContext(store, _openssl_form(leaf.der), others).verify_certificate()
    except crypto.X509StoreContextError as error:
        return printable(str(error.args[0]), _LONGEST), error.errors[0]
    except crypto.Error as error:
        return f"a certificate cannot be read ({error})", 0
    return None


# A store for each time: OpenSSL keeps the first time that a store was given, whatever comes later.
@lru_cache(maxsize=32)
def _store(trusted: tuple[Certificate, ...], flags: int, at: datetime) -> crypto.X509Store:
    store = crypto.X509Store()
    for certificate in trusted:
        store.add_cert(_openssl_form(certificate.der))
    store.set_flags(flags)
    store.set_time(at)
    return store


@lru_cache(maxsize=512)
def _openssl_form(der: bytes) -> crypto.X509:
    return crypto.load_certificate(crypto.FILETYPE_ASN1, der)


def by_web_pki(leaf: Certificate, presented: Sequence[Certificate], trust: Trust, at: datetime) -> str:
    """Return why cryptography refuses the path by the rules of the web PKI, nothing if it accepts it."""
    try:
        builder = PolicyBuilder().store(_trusted(trust.all)).time(at.replace(tzinfo=None))
        builder = builder.extension_policies(ca_policy=_OF_CAS, ee_policy=ExtensionPolicy.permit_all())
        builder.build_client_verifier().verify(leaf.parsed, [other.parsed for other in presented if other != leaf])
    except VerificationError as error:
        return printable(str(error), _LONGEST)
    except UNREADABLE as error:
        return f"a certificate cannot be read ({error})"
    return ""


@lru_cache(maxsize=32)
def _trusted(trusted: tuple[Certificate, ...]) -> Store:
    return Store([certificate.parsed for certificate in trusted])
