"""What a distinguished name says, as messages show it."""

from cryptography import x509
from cryptography.x509.oid import NameOID

from functions.cert_check.wording import printable


def common_name(name: x509.Name) -> str:
    """Return the common name, empty if there is none."""
    return _attribute(name, NameOID.COMMON_NAME)


def organization(name: x509.Name) -> str:
    """Return the organization, empty if there is none."""
    return _attribute(name, NameOID.ORGANIZATION_NAME)


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    return next((printable(str(attribute.value)) for attribute in name.get_attributes_for_oid(oid)), "")
