from contextlib import suppress

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp
from cryptography.x509.ocsp import OCSPCertStatus, OCSPResponseStatus
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from functions.cert_check.certificate import Certificate
from functions.cert_check.revocation.ocsp import addresses, judge, question
from functions.cert_check.revocation.verdict import Unusable, Verdict
from tests.authority import AT, DAY, Authority
from tests.certificates import Key

URL = "http://ocsp.example.com"
CA = Authority()
LEAF = CA.issue(asked_at=(URL,), issuers_at="http://ca.example.com/ca.der")


def judged(data: bytes, certificate: Certificate = LEAF, issuer: Certificate = CA.certificate) -> Verdict:
    return judge(data, certificate, issuer, AT, URL)


def why_not(data: bytes) -> str:
    with pytest.raises(Unusable) as unusable:
        judged(data)
    return str(unusable.value)


def test_a_certificate_names_whom_to_ask() -> None:
    assert addresses(LEAF) == [URL]
    assert addresses(CA.issue()) == []


def test_the_question_is_about_the_certificate() -> None:
    asked = ocsp.load_der_ocsp_request(question(LEAF, CA.certificate))
    assert asked.serial_number == LEAF.parsed.serial_number
    assert isinstance(asked.hash_algorithm, hashes.SHA1)


def test_a_good_certificate_is_good_until_the_next_answer() -> None:
    assert judged(CA.answer(LEAF)) == Verdict(LEAF.fingerprint, "good", AT, until=AT + 3 * DAY, source=URL)


@pytest.mark.parametrize("reason", [None, ReasonFlags.key_compromise, ReasonFlags.certificate_hold])
def test_a_revoked_certificate_is_revoked_with_its_reason_and_date(reason: ReasonFlags | None) -> None:
    found = judged(CA.answer(LEAF, OCSPCertStatus.REVOKED, reason=reason))
    assert (found.standing, found.reason) == ("revoked", reason.value if reason else "")
    assert found.revoked_at == AT - 2 * DAY


def test_a_certificate_that_the_responder_does_not_know_is_neither() -> None:
    assert "does not know the certificate" in why_not(CA.answer(LEAF, OCSPCertStatus.UNKNOWN))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (OCSPResponseStatus.UNAUTHORIZED, "unauthorized"),
        (OCSPResponseStatus.TRY_LATER, "asked later"),
        (OCSPResponseStatus.INTERNAL_ERROR, "internal error"),
        (OCSPResponseStatus.MALFORMED_REQUEST, "malformed"),
        (OCSPResponseStatus.SIG_REQUIRED, "signed questions"),
    ],
)
def test_a_refusal_says_nothing_about_the_certificate(status: OCSPResponseStatus, words: str) -> None:
    data = ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
    assert words in why_not(data)


def test_an_answer_for_another_certificate_says_nothing() -> None:
    assert "another certificate" in why_not(CA.answer(CA.issue()))


def test_an_answer_for_the_same_number_of_another_issuer_says_nothing() -> None:
    other = Authority()
    assert "another certificate" in why_not(CA.answer(LEAF, issuer=other.certificate))


def test_an_answer_signed_by_somebody_else_says_nothing() -> None:
    other = Authority()
    assert "neither Test CA has signed" in why_not(other.answer(LEAF, issuer=CA.certificate))


def test_an_answer_by_an_appointed_responder_counts() -> None:
    assert judged(CA.answer(LEAF, responder=CA.responder())).standing == "good"


@pytest.mark.parametrize("responder", [Authority().responder(), CA.responder(begin=AT + DAY)])
def test_an_answer_by_a_responder_that_is_not_appointed_now_says_nothing(responder: tuple[Certificate, Key]) -> None:
    assert "neither" in why_not(CA.answer(LEAF, responder=responder))


def test_a_certificate_for_servers_does_not_make_a_responder() -> None:
    assert "neither" in why_not(CA.answer(LEAF, responder=CA.responder(ExtendedKeyUsageOID.SERVER_AUTH)))


def test_a_stale_answer_says_nothing() -> None:
    assert "stale" in why_not(CA.answer(LEAF, made=AT - 9 * DAY, renewed=AT - DAY))


def test_an_answer_from_the_future_says_nothing() -> None:
    assert "not valid before" in why_not(CA.answer(LEAF, made=AT + DAY, renewed=AT + 2 * DAY))


def test_an_answer_without_an_end_holds_for_a_day() -> None:
    assert judged(CA.answer(LEAF, made=AT - DAY / 2, renewed=None)).until == AT + DAY / 2
    assert "stale" in why_not(CA.answer(LEAF, made=AT - 2 * DAY, renewed=None))


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()])
def test_answers_are_verified_with_every_usual_kind_of_key(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> None:
    authority = Authority(key=key)
    leaf = authority.issue()
    assert judged(authority.answer(leaf), leaf, authority.certificate).standing == "good"


def test_the_answer_may_use_another_hash_than_the_question() -> None:
    assert judged(CA.answer(LEAF, algorithm=hashes.SHA256())).standing == "good"


ANSWER = CA.answer(LEAF, OCSPCertStatus.REVOKED, reason=ReasonFlags.key_compromise, responder=CA.responder())
# What is behind the signature, the responder's certificate, may change in its encoding without losing its meaning.
SIGNED = ocsp.load_der_ocsp_response(ANSWER).tbs_response_bytes
BEGIN = ANSWER.index(SIGNED)


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    assert why_not(data)


@given(st.integers(BEGIN, BEGIN + len(SIGNED) - 1), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(where: int, change: int) -> None:
    assert why_not(ANSWER[:where] + bytes([ANSWER[where] ^ change]) + ANSWER[where + 1 :])


@given(st.integers(0, len(ANSWER) - 1), st.integers(1, 255))
def test_no_change_anywhere_makes_the_answer_another_one(where: int, change: int) -> None:
    with suppress(Unusable):
        assert judged(ANSWER[:where] + bytes([ANSWER[where] ^ change]) + ANSWER[where + 1 :]) == judged(ANSWER)
