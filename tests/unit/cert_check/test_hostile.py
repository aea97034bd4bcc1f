"""Chains that nobody should serve, and that somebody does: each gets its sentence, soon."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from bench.certs.exhibits.exhibit import Family
from caretaker.core.results import Severity
from functions.cert_check.judgement import judge
from functions.cert_check.trust import trust
from tests.certificates import Issued
from tests.spoiled import altered
from tests.unit.cert_check.cases import AT, case_of, codes

FAMILY = Family(AT)
TRUST = trust(FAMILY.root.pem)
P256 = bytes.fromhex("06082a8648ce3d030107")
NOBODYS_CURVE = bytes.fromhex("06082a8648ce3d03017f")
SECONDS = 5  # far more than is needed, on a busy machine


def found(*chain: Issued, at: datetime = AT) -> dict[str, Severity]:
    """Return what is found wrong with a chain."""
    return codes(judge(case_of([one.der for one in chain], TRUST, at)))


def test_a_loop_of_authorities_is_an_end_that_nobody_trusts() -> None:
    one = FAMILY.authority("One", None)
    other = FAMILY.authority("Other", one)
    looped = FAMILY.authority("One", other, key=one.key)
    assert found(FAMILY.leaf(looped), looped, other).keys() == {"untrusted-root"}


@pytest.mark.parametrize("identifiers", [True, False])
def test_the_right_one_of_sixty_namesakes_is_found(identifiers: bool) -> None:
    crowd = [
        FAMILY.authority("Namesake", key=FAMILY.authority(f"Owner {number}").key, identifiers=identifiers)
        for number in range(60)
    ]
    leaf = FAMILY.leaf(crowd[-1], identifiers=identifiers)
    assert "untrusted-root" not in found(leaf, *crowd)
    assert "incomplete-chain" not in found(leaf, *crowd)
    assert set(found(leaf, *crowd)) <= {"unneeded-certificate", "bad-chain"}


def test_a_swarm_in_which_each_has_signed_each_comes_to_an_end() -> None:
    keys = [FAMILY.authority(f"Owner {number}", None) for number in range(12)]
    swarm = [
        FAMILY.authority("Swarm", signer, key=owner.key, identifiers=False)
        for owner in (FAMILY.authority("Swarm", None, key=one.key, identifiers=False) for one in keys)
        for signer in (FAMILY.authority("Swarm", None, key=one.key, identifiers=False) for one in keys)
    ]
    begun = time.monotonic()
    assert found(FAMILY.leaf(swarm[0]), *swarm).keys() & {"untrusted-root", "incomplete-chain", "bad-chain"}
    assert time.monotonic() - begun < SECONDS


def test_a_swarm_does_not_hide_that_libraries_find_a_path() -> None:
    swarm = [
        FAMILY.authority("Family Intermediate", FAMILY.stranger, key=FAMILY.authority(f"Owner {number}").key)
        for number in range(200)
    ]
    assert set(found(FAMILY.leaf(), *swarm, FAMILY.middle)) == {"unneeded-certificate"}


def test_ten_thousand_names_are_searched_and_four_are_told() -> None:
    many = tuple(f"host-{number}.example" for number in range(10_000))
    begun = time.monotonic()
    assert found(FAMILY.leaf(hosts=(*many, "shop.example")), FAMILY.middle) == {}
    judged = case_of([FAMILY.leaf(hosts=many).der, FAMILY.middle.der], TRUST)
    (finding,) = judge(judged)
    assert (finding.code, len(finding.message) < 300) == ("hostname-mismatch", True)
    assert "and 9996 more" in finding.message
    assert time.monotonic() - begun < SECONDS


def test_ten_megabytes_are_judged_like_a_few() -> None:
    ballast = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.2"), b"\0" * 10_000_000), False)
    begun = time.monotonic()
    assert found(FAMILY.leaf(more=(ballast,)), FAMILY.middle) == {}
    assert time.monotonic() - begun < SECONDS


def test_a_chain_of_twelve_is_followed_to_its_end() -> None:
    chain = [FAMILY.authority("Level 0")]
    for level in range(1, 11):
        chain.insert(0, FAMILY.authority(f"Level {level}", chain[0]))
    assert set(found(FAMILY.leaf(chain[0]), *chain)) <= {"bad-chain"}
    assert found(FAMILY.leaf(chain[0]), *chain).get("bad-chain", Severity.LOW) is Severity.LOW


def test_a_curve_that_nobody_knows_is_said() -> None:
    leaf = altered(FAMILY.leaf(), FAMILY.middle, P256, NOBODYS_CURVE)
    assert found(leaf, FAMILY.middle) == {"bad-chain": Severity.HIGH}
    root = FAMILY.authority("Strange Root", None)
    strange = altered(root, root, P256, NOBODYS_CURVE)
    assert found(FAMILY.leaf(root), strange) == {"bad-chain": Severity.HIGH}
    own = FAMILY.leaf(None)
    assert found(altered(own, own, P256, NOBODYS_CURVE)) == {"bad-chain": Severity.HIGH}


def test_a_curve_that_clients_do_not_offer_is_said() -> None:
    assert found(FAMILY.leaf(key="secp256k1"), FAMILY.middle) == {"bad-chain": Severity.HIGH}


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_a_negative_serial_number_is_no_alarm_below_an_own_ca() -> None:
    leaf = altered(
        FAMILY.leaf(serial=0x11223344), FAMILY.middle, b"\x02\x04\x11\x22\x33\x44", b"\x02\x04\xf1\x22\x33\x44"
    )
    assert leaf.certificate.serial_number < 0
    assert found(leaf, FAMILY.middle) == {"bad-chain": Severity.LOW}


@pytest.mark.parametrize("kind", [ExtensionOID.SUBJECT_ALTERNATIVE_NAME, ExtensionOID.BASIC_CONSTRAINTS])
def test_an_extension_that_cannot_be_read_is_said(kind: x509.ObjectIdentifier) -> None:
    garbage = (x509.UnrecognizedExtension(kind, b"\x30\x03\xff"), False)
    leaf = FAMILY.leaf(hosts=None, is_ca=None, more=(garbage,))
    (finding,) = judge(case_of([leaf.der, FAMILY.middle.der], TRUST))
    assert (finding.code, finding.severity) == ("bad-chain", Severity.HIGH)
    assert "its extensions cannot be read" in finding.message


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (AT, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), {"validity-too-long"}),
        (datetime(9999, 12, 31, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), {"not-yet-valid"}),
        (datetime(1950, 1, 1, tzinfo=UTC), AT + timedelta(days=400), set()),
    ],
)
def test_dates_at_the_ends_of_time_are_judged_as_they_are(begin: datetime, end: datetime, expected: set[str]) -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    root = FAMILY.authority("Old Root", None, begin=datetime(1950, 1, 1, tzinfo=UTC), end=last)
    leaf = FAMILY.leaf(root, begin=begin, end=end)
    assert set(codes(judge(case_of([leaf.der], trust(root.pem))))) == expected


def test_a_judgement_is_of_its_own_time_whatever_was_judged_before() -> None:
    leaf = FAMILY.leaf()
    assert found(leaf, FAMILY.middle) == {}
    assert found(leaf, FAMILY.middle, at=AT + timedelta(days=60)).keys() == {"expired"}
    assert found(leaf, FAMILY.middle) == {}
