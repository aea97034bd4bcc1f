"""What a distinguished name says, as messages show it."""

from cryptography import x509
from cryptography.x509.oid import NameOID

from functions.cert_check.wording import printable


def comparable(name: x509.Name) -> bytes:
    """Return the form in which names are compared: without regard to case, repeated spaces and kinds of string.

    Source: RFC 5280, 7.1. Some clients compare byte for byte; those are heard among the libraries that must accept.
    """
    parts = (
        sorted((attribute.oid.dotted_string, _folded(attribute.value)) for attribute in level) for level in name.rdns
    )
    return repr(list(parts)).encode()


def _folded(value: str | bytes) -> str | bytes:
    return " ".join(value.casefold().split()) if isinstance(value, str) else value


def common_name(name: x509.Name) -> str:
    """Return the common name, empty if there is none."""
    return _attribute(name, NameOID.COMMON_NAME)


def organization(name: x509.Name) -> str:
    """Return the organization, empty if there is none."""
    return _attribute(name, NameOID.ORGANIZATION_NAME)


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    return next((printable(str(attribute.value)) for attribute in name.get_attributes_for_oid(oid)), "")
