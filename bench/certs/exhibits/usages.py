"""Servers whose certificates, or whose CA's, are for something else."""

from collections.abc import Iterator

from cryptography.x509.oid import ExtendedKeyUsageOID as Usage

from bench.certs.exhibits.exhibit import Exhibit, Family


def usages(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of usage."""
    code = "wrong-usage"
    yield family.simple("for clients only", code, extended_usage=(Usage.CLIENT_AUTH,))
    yield family.simple("for code only", code, extended_usage=(Usage.CODE_SIGNING, Usage.EMAIL_PROTECTION))
    yield family.simple("for clients and servers", "", extended_usage=(Usage.SERVER_AUTH, Usage.CLIENT_AUTH))
    yield family.simple("for anything", code, extended_usage=(Usage.ANY_EXTENDED_KEY_USAGE,))
    yield family.simple("without extended usage", "", extended_usage=())
    yield family.simple("without key usage", "", usage=None)
    yield family.simple("for key agreement only", code, usage=("key_agreement",))
    yield family.simple("for key encipherment only", code, key="rsa2048", usage=("key_encipherment",))
    yield family.simple("for certificates only", code, usage=("key_cert_sign",))

    for name, wrong in (
        ("clients", Usage.CLIENT_AUTH),
        ("code", Usage.CODE_SIGNING),
        ("anything", Usage.ANY_EXTENDED_KEY_USAGE),
    ):
        middle = family.authority("Other Intermediate", extended_usage=(wrong,))
        yield family.shown(f"intermediate for {name} only", family.leaf(middle), middle, expected=code)
    middle = family.authority("Both Intermediate", extended_usage=(Usage.SERVER_AUTH, Usage.CLIENT_AUTH))
    yield family.shown("intermediate for clients and servers", family.leaf(middle), middle)

    both = ("digital_signature", "key_cert_sign")
    yield family.simple("a CA's certificate", "ca-as-leaf", is_ca=True, usage=both)
    yield family.simple("a CA's certificate without usage", "ca-as-leaf", is_ca=True, usage=None, extended_usage=())
    yield family.simple("a CA's certificate for clients", f"ca-as-leaf {code}", is_ca=True, usage=("key_cert_sign",))
