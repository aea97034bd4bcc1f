from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags
from hypothesis import example, given
from hypothesis import strategies as st

from functions.cert_check.certificate import Certificate
from functions.cert_check.revocation import crl
from functions.cert_check.revocation.verdict import Unusable, Verdict
from tests.authority import AT, DAY, Authority, point, scope
from tests.certificates import url_name

URL = "http://crl.example.com/1.crl"
CA = Authority()
LEAF = CA.issue(lists_at=(point(URL),))


def judge(data: bytes, certificate: Certificate = LEAF, issuer: Certificate = CA.certificate) -> Verdict:
    return crl.judge(crl.verified(data, issuer), certificate, next(crl.points(certificate)), AT)


def why_not(data: bytes, certificate: Certificate = LEAF, issuer: Certificate = CA.certificate) -> str:
    with pytest.raises(Unusable) as unusable:
        judge(data, certificate, issuer)
    return str(unusable.value)


def test_a_certificate_that_is_not_listed_is_good_until_the_next_list() -> None:
    found = judge(CA.list_of((CA.issue(), None)))
    assert found == Verdict(LEAF.fingerprint, "good", AT, until=AT + 6 * DAY, source=URL)


UNTOLD = ("remove_from_crl", "unspecified")


@pytest.mark.parametrize("reason", [None, *(one for one in ReasonFlags if one.name not in UNTOLD)])
def test_a_listed_certificate_is_revoked_with_its_reason_and_date(reason: ReasonFlags | None) -> None:
    found = judge(CA.list_of((LEAF, reason)))
    assert (found.standing, found.reason) == ("revoked", reason.value if reason else "")
    assert found.revoked_at == AT - 2 * DAY


def test_an_entry_that_takes_a_certificate_off_the_list_does_not_revoke_it() -> None:
    assert judge(CA.list_of((LEAF, ReasonFlags.remove_from_crl))).standing == "good"


def test_a_list_may_be_text() -> None:
    assert judge(CA.crl((LEAF, None)).public_bytes(Encoding.PEM)).standing == "revoked"


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()])
def test_lists_are_verified_with_every_usual_kind_of_key(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> None:
    authority = Authority(key=key)
    leaf = authority.issue(lists_at=(point(URL),))
    assert judge(authority.list_of((leaf, None)), leaf, authority.certificate).standing == "revoked"


def test_a_list_signed_with_another_key_says_nothing() -> None:
    assert "not signed with the key of Test CA" in why_not(Authority().list_of((LEAF, None)))


def test_a_list_of_another_issuer_says_nothing() -> None:
    assert "not that of Test CA" in why_not(replace(CA, name="Other CA").list_of((LEAF, None)))


def test_a_list_whose_signature_is_broken_says_nothing() -> None:
    data = CA.list_of((LEAF, None))
    assert "not signed" in why_not(data[:-1] + bytes([data[-1] ^ 1]))


def test_a_list_signed_by_a_ca_that_must_not_sign_lists_says_nothing() -> None:
    no_lists = x509.KeyUsage(True, False, False, False, False, True, False, False, False)
    authority = replace(CA, usage=no_lists)
    assert "cRLSign" in why_not(CA.list_of(), issuer=authority.certificate)


def test_a_stale_list_says_nothing_not_even_that_a_certificate_is_revoked() -> None:
    assert "stale" in why_not(CA.list_of((LEAF, None), made=AT - 9 * DAY, renewed=AT - 2 * DAY))


def test_a_list_from_the_future_says_nothing() -> None:
    assert "not valid before 2026-11-22" in why_not(CA.list_of(made=AT + DAY))


def test_a_list_that_was_made_since_the_run_was_scheduled_counts() -> None:
    assert judge(CA.list_of(made=AT + DAY / 48)).standing == "good"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (scope(URL, only_contains_ca_certs=True), "certificates of CAs only"),
        (scope(only_contains_attribute_certs=True), "attribute certificates"),
        (scope(URL, indirect_crl=True), "several issuers"),
        (scope("http://crl.example.com/2.crl"), "another address"),
        (scope(URL, only_some_reasons=frozenset({ReasonFlags.key_compromise})), "only some reasons"),
        (x509.DeltaCRLIndicator(1), "delta"),
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), "1.2.3.4"),
    ],
)
def test_a_list_that_does_not_speak_for_the_certificate_says_nothing(given: x509.ExtensionType, words: str) -> None:
    assert words in why_not(CA.list_of(more=(given,)))


@pytest.mark.parametrize("given", [scope(URL), scope(only_contains_user_certs=True), x509.CRLNumber(7)])
def test_a_list_that_speaks_for_the_certificate_counts(given: x509.ExtensionType) -> None:
    assert judge(CA.list_of(more=(given,))).standing == "good"


def test_a_list_for_users_does_not_speak_for_a_ca() -> None:
    below = CA.issue("Intermediate", is_ca=True, lists_at=(point(URL),))
    assert "not for certificates of CAs" in why_not(CA.list_of(more=(scope(only_contains_user_certs=True),)), below)
    assert judge(CA.list_of(more=(scope(only_contains_ca_certs=True),)), below).standing == "good"


def test_a_list_is_meant_for_the_certificate_by_any_of_the_names_of_its_point() -> None:
    leaf = CA.issue(lists_at=(point(URL, "http://mirror.example.com/1.crl"),))
    assert judge(CA.list_of(more=(scope("http://mirror.example.com/1.crl"),)), leaf).standing == "good"


def test_a_list_for_some_reasons_can_revoke() -> None:
    some = scope(URL, only_some_reasons=frozenset({ReasonFlags.key_compromise}))
    assert judge(CA.list_of((LEAF, ReasonFlags.key_compromise), more=(some,))).standing == "revoked"


def test_a_point_for_some_reasons_cannot_say_that_a_certificate_is_good() -> None:
    leaf = CA.issue(lists_at=(point(URL, reasons=frozenset({ReasonFlags.key_compromise})),))
    assert "only some reasons" in why_not(CA.list_of(), leaf)
    assert judge(CA.list_of((leaf, None)), leaf).standing == "revoked"


def test_a_point_whose_list_somebody_else_signs_is_known() -> None:
    leaf = CA.issue(lists_at=(point(URL, issuer="Another CA"), point(URL, issuer="Test CA")))
    assert [found.indirect for found in crl.points(leaf)] == [True, False]


def test_a_point_names_all_its_addresses() -> None:
    leaf = CA.issue(lists_at=(point(URL, "ldap:///cn=x"),))
    assert [found.url for found in crl.points(leaf)] == [URL, "ldap:///cn=x"]
    assert all(found.names == {url_name(URL), url_name("ldap:///cn=x")} for found in crl.points(leaf))


LISTED = CA.list_of((LEAF, ReasonFlags.key_compromise), more=(scope(URL), x509.CRLNumber(7)))


@given(st.binary(max_size=400) | st.just(b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----"))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    assert why_not(data)


SIGNED = x509.load_der_x509_crl(LISTED).tbs_certlist_bytes
BEGIN = LISTED.index(SIGNED)


@given(st.integers(BEGIN, BEGIN + len(SIGNED) - 1), st.integers(1, 255))
@example(LISTED.index(b"\x02\x01\x01") + 2, 7)  # a version that nobody knows
def test_no_changed_byte_goes_unnoticed(where: int, change: int) -> None:
    assert why_not(LISTED[:where] + bytes([LISTED[where] ^ change]) + LISTED[where + 1 :])


@given(st.integers(0, len(LISTED) - 1))
def test_a_list_that_is_cut_off_says_nothing(length: int) -> None:
    assert why_not(LISTED[:length])
