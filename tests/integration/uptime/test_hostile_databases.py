"""Databases that mean harm: each is given up in time, judged, and disturbs nobody."""

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from caretaker.core.results import Finding, Result, Severity, Status
from caretaker.core.targets.conditions import Condition
from functions.uptime.postgres_login import MOST_ROUNDS
from tests.integration.uptime.seeing import see_one, the_finding
from tests.samples import postgres_target
from tests.servers import Behaviour, serve

QUICK = 0.8  # seconds
TEXT, LONG, DOUBLE, NUMERIC, STAMP, INTERVAL, JSON = 25, 20, 701, 1700, 1184, 1186, 114  # PostgreSQL's numbers of types


def message(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack(">I", len(content) + 4) + content


READY = message(b"Z", b"I")
SETTINGS = [(b"client_encoding", b"UTF8"), (b"DateStyle", b"ISO, MDY"), (b"server_version", b"16.1")]
LET_IN = message(b"R", b"\0\0\0\0") + b"".join(message(b"S", b"\0".join([*one, b""])) for one in SETTINGS) + READY


def column(kind: int) -> bytes:
    return message(b"T", b"\0\1v\0" + struct.pack(">IHIhih", 0, 0, kind, -1, -1, 0))


def value(kind: int, text: bytes) -> bytes:
    row = message(b"D", b"\0\1" + struct.pack(">I", len(text)) + text)
    return column(kind) + row + message(b"C", b"SELECT 1\0") + READY


def database(answer: Callable[[socket.socket], None]) -> Behaviour:
    """Return a server that lets everybody in, begins a transaction, and then answers the query like this."""

    def behave(connection: socket.socket, _: bytes) -> None:
        connection.recv(4096)
        connection.sendall(LET_IN)
        for tag in (b"BEGIN\0", b"SET\0"):
            connection.recv(4096)
            connection.sendall(message(b"C", tag) + READY)
        connection.recv(4096)
        with suppress(OSError):
            answer(connection)

    return behave


def look_at(behaviour: Behaviour, *limits: Condition) -> Result:
    with serve(behaviour, reads=False) as server:
        url = f"postgresql://me:pa55word@127.0.0.1:{server.port}/app?sslmode=disable"
        return see_one(postgres_target(url, timeout=QUICK, value=limits))


def saying(data: bytes) -> Behaviour:
    return database(lambda connection: connection.sendall(data))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TEXT, b"caf\xe9"),
        (LONG, b"many"),
        (LONG, b"9" * 5000),
        (DOUBLE, b"xx"),
        (NUMERIC, b"xx"),
        (STAMP, b"294276-01-01 00:00:00+00"),
        (INTERVAL, b"99999999999 days"),
        (JSON, b"{"),
        (JSON, b"[" * 100_000),
    ],
)
def test_a_value_that_cannot_be_read_is_a_failed_query(kind: int, text: bytes) -> None:
    finding = the_finding(look_at(saying(value(kind, text))))
    assert finding.code == "query-failed"
    assert "gave what cannot be read" in finding.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"9" * 4001, "value-limit"),
        (b"9" * 100_000, "query-failed"),
        (b"1e9999999", "query-failed"),
        (b"sNaN", "query-failed"),
    ],
)
def test_a_number_without_measure_is_judged_at_once_and_can_be_written_down(text: bytes, code: str) -> None:
    before = time.monotonic()
    result = look_at(saying(value(NUMERIC, text)), Condition("max", 80, Severity.MEDIUM))
    assert time.monotonic() - before < QUICK + 5
    assert the_finding(result).code == code
    assert len(result.summary) < 300
    assert json.dumps(result.to_json(), allow_nan=False)


@pytest.mark.parametrize("text", [b"NaN", b"Infinity", b"9" * 4001])
def test_a_number_that_json_does_not_have_is_kept_as_a_text(text: bytes) -> None:
    result = look_at(saying(value(NUMERIC, text)))
    assert result.status is Status.OK
    assert isinstance(result.measurements["value"], str)
    assert json.dumps(result.to_json(), allow_nan=False)


def rows(connection: socket.socket) -> None:
    connection.sendall(column(TEXT))
    many = message(b"D", b"\0\1\0\0\xff\xff" + b"x" * 65535) * 20
    while True:
        connection.sendall(many)


def one_value(connection: socket.socket) -> None:
    connection.sendall(column(TEXT) + b"D" + struct.pack(">IHI", 2**30 + 10, 1, 2**30))
    while True:
        connection.sendall(b"y" * 1_000_000)


def notices(connection: socket.socket) -> None:
    while True:
        connection.sendall(message(b"N", b"SNOTICE\0C00000\0M" + b"z" * 50_000 + b"\0\0") * 20)


@pytest.mark.parametrize("flood", [rows, one_value, notices])
def test_a_flood_is_stopped_before_it_takes_the_memory(flood: Callable[[socket.socket], None]) -> None:
    before = psutil.Process().memory_info().rss
    finding = the_finding(look_at(database(flood)))
    assert finding.code == "query-failed"
    assert "more than 4,000,000 bytes" in finding.message
    assert psutil.Process().memory_info().rss - before < 200_000_000


def test_an_error_that_announces_two_gigabytes_is_given_up_in_time() -> None:
    def behave(connection: socket.socket, _: bytes) -> None:
        connection.recv(4096)
        connection.sendall(b"E\x7f\xff\xff\xff")
        connection.recv(1)

    before = time.monotonic()
    assert the_finding(look_at(behave)).code == "timeout"
    assert time.monotonic() - before < QUICK + 5


def test_a_refusal_in_another_encoding_is_still_a_refusal() -> None:
    said = "SFATAL\0C28P01\0Mpassword authentication failed: Paßwort\0\0".encode("latin-1")

    def behave(connection: socket.socket, _: bytes) -> None:
        connection.recv(4096)
        connection.sendall(message(b"E", said))

    finding = the_finding(look_at(behave))
    assert finding.code == "auth-failed"
    assert "password authentication failed" in finding.message


def asking_for(rounds: str, pause: float = 0.0) -> Behaviour:
    """Return a server that wants a password hashed so many times."""

    def behave(connection: socket.socket, _: bytes) -> None:
        connection.recv(4096)
        connection.sendall(message(b"R", struct.pack(">I", 10) + b"SCRAM-SHA-256\0\0"))
        nonce = re.search(rb"r=([^,\0]+)", connection.recv(4096))
        assert nonce
        said = message(b"R", struct.pack(">I", 11) + b"r=" + nonce[1] + b"abc,s=c2FsdHNhbHQ=,i=" + rounds.encode())
        connection.sendall(said[:-3])
        time.sleep(pause)
        connection.sendall(said[-3:])
        connection.recv(4096)

    return behave


def refusal_and_longest_stop(behaviour: Behaviour) -> tuple[Finding, float]:
    stops = [0.0]
    over = threading.Event()

    def beat() -> None:
        last = time.monotonic()
        while not over.wait(0.005):
            now = time.monotonic()
            stops.append(now - last)
            last = now

    beating = threading.Thread(target=beat)
    beating.start()
    try:
        return the_finding(look_at(behaviour)), max(stops)
    finally:
        over.set()
        beating.join()


@pytest.mark.parametrize("rounds", ["40000000", "+40000000", "00000000000000000000000040000000"])
@pytest.mark.parametrize("pause", [0.0, 0.2])
def test_a_login_cannot_keep_the_whole_checker_busy(rounds: str, pause: float) -> None:
    finding, stop = refusal_and_longest_stop(asking_for(rounds, pause))
    assert finding.code == "auth-failed"
    assert finding.message.endswith("asks for 40,000,000 rounds of hashing before it lets us in")
    assert f"{MOST_ROUNDS:,}" in finding.limit
    assert stop < 1


def test_a_login_that_never_asks_to_the_end_is_given_up_in_time() -> None:
    before = time.monotonic()
    assert the_finding(look_at(asking_for("4096", pause=1.5))).code == "timeout"
    assert time.monotonic() - before < QUICK + 5
