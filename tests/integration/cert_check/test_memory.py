"""The largest lists that are taken fit into the function, whose memory is 256 MB."""

import subprocess
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import load_der_x509_crl

from functions.cert_check.revocation import crl
from tests.authority import AT, Authority, point
from tests.servers import reply, serve

_FUNCTION = """
import sys, time
from pathlib import Path
import boto3
from caretaker.core.results import moment
from functions.cert_check import looking, trust, validators
from functions.cert_check.answers import Answers
from functions.cert_check.certificate import read
from functions.cert_check.revocation.check import Lists, revocation

at, ca, *leaves = sys.argv[1:]
roots = trust.trust("").all
validators._store(roots, 0, moment(at)), validators._trusted(roots), boto3.client("dynamodb", region_name="eu-west-1")
fetch, lists = Answers("").fetcher(ends=time.monotonic() + 60, reached_from="127.0.0.1"), Lists()
for leaf in leaves:
    certificate, issuer = read(bytes.fromhex(leaf)), read(bytes.fromhex(ca))
    found = revocation(certificate, issuer, stapled=b"", known=None, fetch=fetch, lists=lists, at=moment(at))
    print(found.standing)
status = Path("/proc/self/status").read_text("ascii")
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


def test_as_many_large_lists_as_a_run_takes_fit_into_the_memory_of_the_function() -> None:
    authority = Authority()
    data = _large(authority, crl.MOST - 1000)
    with serve(reply(data)) as server:
        leaves = [authority.issue(lists_at=(point(server.url(f"/{number}")),)).der.hex() for number in range(4)]
        ran = subprocess.run(
            [sys.executable, "-c", _FUNCTION, AT.isoformat(), authority.certificate.der.hex(), *leaves],
            capture_output=True,
            check=True,
            text=True,
        )
    *standings, kilobytes = ran.stdout.split()
    assert standings == ["good"] * 3 + ["unknown"]
    assert int(kilobytes) < 220_000


def _large(authority: Authority, size: int) -> bytes:
    """Return a list of a size, made of one entry again and again, which nobody could wait for otherwise."""
    small = load_der_x509_crl(authority.list_of((authority.issue(serial=1 << 150), None)))
    signed = small.tbs_certlist_bytes
    begin = signed.rindex(b"\x30\x24\x02\x13")
    entry = signed[begin : begin + 0x26]
    head = signed[signed.index(b"\x02\x01\x01") : begin - 2]
    body = _tagged(0x30, head + _tagged(0x30, entry * (size // len(entry))))
    assert isinstance(authority.key, ec.EllipticCurvePrivateKey)
    signature = authority.key.sign(body, ec.ECDSA(hashes.SHA256()))
    return _tagged(0x30, body + bytes.fromhex("300a06082a8648ce3d040302") + _tagged(0x03, b"\0" + signature))


def _tagged(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    written = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(written)]) + written + content
