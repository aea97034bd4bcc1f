"""Certificates that nobody should have issued: looked at in time, and judged like any other where they can be read."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from caretaker.core.results import Status
from tests.authority import new_key
from tests.integration.cert_check.seeing import LOWER, codes, see, see_one, seen_at, tls
from tests.presenting import Presenting, heard, presenting, raw
from tests.servers import send_and_hang, serve

LEAF = LOWER.issue()
NAMED_CURVE = bytes.fromhex("06082a8648ce3d0301")


@pytest.mark.parametrize(
    ("der", "reason"),
    [
        (b"0\x03abc", "too long"),
        (b"", "too small"),
        (LEAF.der[:-20], "too long"),
        (bytes(500), "wrong tag"),
        (LEAF.der.replace(b"\x17\x0d", b"\x17\x0c"), ""),
    ],
    ids=["garbage", "nothing", "half", "zeros", "a-broken-date"],
)
@pytest.mark.parametrize("position", [0, 1])
def test_a_certificate_that_cannot_be_read_is_a_bad_chain(der: bytes, reason: str, position: int) -> None:
    finding = seen_at(send_and_hang(raw(*[LEAF.der] * position, der)))
    assert finding.code == "bad-chain"
    assert f"presents a certificate that cannot be read: {reason}" in finding.message
    assert finding.limit == "a certificate"


def test_a_curve_that_nobody_knows_is_a_bad_chain_and_not_a_failure_of_ours() -> None:
    odd = LEAF.der.replace(NAMED_CURVE + b"\x07", NAMED_CURVE + b"\x7f")
    with serve(heard(send_and_hang(raw(odd, LOWER.certificate.der))), reads=False) as running:
        result = see_one(tls(running.port, timeout=0.5))
    assert "bad-chain" in codes(result)
    assert any("its public key is of a kind that nobody knows" in finding.message for finding in result.findings)


def odd(change: Callable[[bytes], bytes], serial: int = 0) -> Presenting:
    """Return a server with a certificate whose bytes are changed; its signature fits no more."""
    key = new_key()
    leaf = LOWER.issue(key=key, serial=serial)
    changed = change(leaf.der)
    assert len(changed) == len(leaf.der)
    return Presenting(chain=[changed, LOWER.certificate.der], key=key)


def test_a_null_byte_in_a_name_fits_no_name() -> None:
    server = odd(lambda der: der.replace(b"app.example.com", b"app.example\0com"))
    with serve(server, reads=False) as running:
        result = see_one(tls(running.port, server_name="app.example"))
    assert "hostname-mismatch" in codes(result)
    assert all(text.isprintable() for finding in result.findings for text in (finding.message, finding.measured))
    assert "app.example\N{REPLACEMENT CHARACTER}com" in result.summary


@pytest.mark.filterwarnings("ignore:Parsed a serial number")  # pytest puts aside what the function filters
def test_a_negative_serial_number_is_looked_at_like_any_other() -> None:
    server = odd(lambda der: der.replace(b"\x02\x08\x11", b"\x02\x08\x91"), serial=0x1122334455667788)
    with serve(server, reads=False) as running:
        result = see_one(tls(running.port))
    assert str(result.measurements["serial"]).startswith("-6edd")
    assert result.status is Status.DOWN  # its signature does not fit


def test_the_last_date_that_there_is_is_one() -> None:
    server = presenting(LOWER, sent=[LOWER.certificate], end=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    with serve(server, reads=False) as running:
        result = see_one(tls(running.port))
    assert result.measurements["not_after"] == "9999-12-31T23:59:59Z"
    assert "expiring" not in codes(result)
    assert "validity-too-long" in codes(result)


def test_a_certificate_for_ten_thousand_names_is_judged_and_shown_in_short() -> None:
    server = presenting(LOWER, sent=[LOWER.certificate], hosts=tuple(f"{number:04}.io" for number in range(10_000)))
    with serve(server, reads=False) as running:
        good, bad = see(tls(running.port, server_name="9999.io"), tls(running.port, name="other"))
    assert codes(good) == set()
    assert "0000.io, 0001.io, 0002.io, 0003.io and 9996 more" in bad.summary


def test_sixty_certificates_are_judged_one_by_one() -> None:
    key = new_key()
    others = [LOWER.issue(f"{number}.example.com").der for number in range(58)]
    server = Presenting(chain=[LOWER.issue(key=key).der, *others, LOWER.certificate.der], key=key)
    with serve(server, reads=False) as running:
        result = see_one(tls(running.port))
    assert result.measurements["presented"] == 60
    assert codes(result) == {"unneeded-certificate"}
    assert result.status is Status.OK


def test_every_key_that_clients_know_will_do() -> None:
    for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()):
        server = Presenting(chain=[], key=ec.generate_private_key(curve))
        server.chain = [LOWER.issue(key=server.key).der, LOWER.certificate.der]
        with serve(server, reads=False) as running:
            assert codes(see_one(tls(running.port))) == set()
