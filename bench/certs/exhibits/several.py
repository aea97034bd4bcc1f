"""Servers with more than one defect: each must be named."""

from collections.abc import Iterator
from datetime import timedelta

from cryptography.x509.oid import ExtendedKeyUsageOID

from bench.certs.exhibits.exhibit import OWN, Exhibit, Family
from caretaker.core.results import Severity

_DAY = timedelta(days=1)
_MEDIUM = Severity.MEDIUM


def several(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits with several defects."""
    other = ("other.example",)
    late = family.leaf_lasting(45, -_DAY, hosts=other)
    yield family.shown(
        "expired, another name, intermediate missing", late, expected="expired hostname-mismatch incomplete-chain"
    )
    own = family.leaf_lasting(45, -_DAY, hosts=other, issuer=None)
    yield family.shown("self-signed, expired, another name", own, expected="self-signed expired hostname-mismatch")
    early = family.leaf(hosts=None, issuer=family.stranger, begin=family.at + _DAY)
    yield family.shown(
        "not valid yet, no name, untrusted root",
        early,
        family.stranger,
        expected="not-yet-valid missing-san untrusted-root",
    )
    signer = family.authority("RSA Intermediate", key="rsa2048")
    weak = family.leaf_lasting(
        2000, -_DAY, issuer=signer, key="rsa1024", signed_with="sha1", extended_usage=(ExtendedKeyUsageOID.CLIENT_AUTH,)
    )
    expected = {
        "expired": OWN,
        "wrong-usage": OWN,
        "weak-key": _MEDIUM,
        "weak-signature": _MEDIUM,
        "validity-too-long": _MEDIUM,
    }
    yield family.shown("expired, for clients, weak, old, too long", weak, signer, expected=expected)
    ended = family.authority("Ended Intermediate", end=family.at - _DAY)
    ending = family.leaf_lasting(45, 2 * _DAY, issuer=ended, hosts=other)
    expected = {"chain-expired": OWN, "expiring": Severity.CRITICAL, "hostname-mismatch": OWN}
    yield family.shown("intermediate expired, expiring, another name", ending, ended, expected=expected)
    upper = family.authority("Upper Intermediate", end=family.at - _DAY)
    lower = family.authority("Lower Intermediate", upper, is_ca=False)
    expected = {"chain-expired": OWN, "bad-chain": OWN, "wrong-order": _MEDIUM, "unneeded-certificate": Severity.LOW}
    leaf = family.leaf(lower)
    yield family.shown(
        "expired and false intermediates in disorder, root sent", leaf, upper, lower, family.root, expected=expected
    )
    bound = family.authority("Bound Intermediate", permitted=other)
    leaf = family.leaf(bound, is_ca=True, usage=("key_cert_sign",))
    expected = dict.fromkeys(("name-constraint", "ca-as-leaf", "wrong-usage"), OWN)
    yield family.shown("a CA's, outside its limits, not to be used so", leaf, bound, expected=expected)
