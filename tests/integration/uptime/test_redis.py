"""The Redis probe against a Redis that logs in, and against servers that behave badly."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import trustme

from caretaker.core.network.urls import UnusableUrl
from caretaker.core.results import Status
from caretaker.core.secrets import Redactor
from functions.uptime.redis_url import RedisPlace, redis_place
from tests import servers
from tests.integration.uptime.seeing import QUICK, see, see_one, the_finding
from tests.samples import redis_target
from tests.servers import Behaviour, certificate, pem, send, serve

PASSWORD = "pa55/word"


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    """The address of a server that speaks Redis' protocol."""
    import fakeredis  # takes a second, which every process that collects would pay

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = fakeredis.TcpFakeServer(("127.0.0.1", port), server_type="redis")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"redis://127.0.0.1:{port}"
    server.shutdown()
    server.server_close()


def login(connection: socket.socket, _: bytes) -> None:
    """Speak as a Redis that wants a password."""
    if connection.recv(4096) != b"*2\r\n$4\r\nAUTH\r\n$9\r\npa55/word\r\n":
        connection.sendall(b"-WRONGPASS invalid username-password pair or user is disabled.\r\n")
        return
    connection.sendall(b"+OK\r\n")
    if connection.recv(4096) == b"*1\r\n$4\r\nPING\r\n":
        connection.sendall(b"+PONG\r\n")


def test_a_server_that_answers_ping_is_ok(redis: str) -> None:
    result = see_one(redis_target(redis))
    assert result.status is Status.OK, result.findings
    assert result.where == redis
    assert see_one(redis_target(redis + "/3")).status is Status.OK


def test_it_logs_in_with_a_quoted_password() -> None:
    with serve(login, reads=False) as server:
        assert see_one(redis_target(f"redis://:pa55%2Fword@127.0.0.1:{server.port}")).status is Status.OK
        result = see_one(redis_target(f"redis://:wrong-one@127.0.0.1:{server.port}"))
    finding = the_finding(result)
    assert finding.code == "auth-failed"
    assert "WRONGPASS" in finding.message
    assert "wrong-one" not in str(result)
    assert result.where == f"redis://127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"-NOAUTH Authentication required.\r\n", "auth-failed"),
        (b"-NOPERM this user has no permissions to run the 'ping' command\r\n", "auth-failed"),
        (b"-LOADING Redis is loading the dataset in memory\r\n", "query-failed"),
        (b"-MASTERDOWN Link with MASTER is down\r\n", "query-failed"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "query-failed"),
        (b"+QUEUED\r\n", "query-failed"),
        (b"\0" * 100_000, "query-failed"),
        (b"", "connection-reset"),
        (b"+PO", "connection-reset"),
    ],
)
def test_a_bad_answer_has_its_code_and_a_fix(said: bytes, code: str) -> None:
    def answer(connection: socket.socket, _: bytes) -> None:
        connection.recv(4096)
        connection.sendall(said)

    with serve(answer, reads=False) as server:
        finding = the_finding(see_one(redis_target(f"redis://127.0.0.1:{server.port}", timeout=QUICK)))
    assert finding.code == code
    assert finding.fix
    assert finding.measured
    assert len(finding.message) < 500


@pytest.mark.parametrize("behaviour", [servers.hang, servers.send_and_hang(b"+PON")])
def test_a_server_that_hangs_is_given_up_in_time(behaviour: Behaviour) -> None:
    def silent(connection: socket.socket, head: bytes) -> None:
        connection.recv(4096)
        behaviour(connection, head)

    with serve(silent, reads=False) as server:
        before = time.monotonic()
        finding = the_finding(see_one(redis_target(f"redis://127.0.0.1:{server.port}", timeout=QUICK)))
    assert time.monotonic() - before < QUICK + 5
    assert finding.code == "timeout"


def test_an_error_that_repeats_a_secret_is_redacted() -> None:
    with serve(send(b"-ERR unknown pa55/word\r\n"), reads=False) as server:
        result = see_one(redis_target(f"redis://127.0.0.1:{server.port}"), redactor=Redactor([PASSWORD]))
    assert PASSWORD not in str(result)


def test_tls_is_verified() -> None:
    ca = trustme.CA()
    with serve(login, certificate(ca, "127.0.0.1"), reads=False) as server:
        url = f"rediss://:pa55%2Fword@127.0.0.1:{server.port}"
        assert see_one(redis_target(url, ca=pem(ca))).status is Status.OK
        assert the_finding(see_one(redis_target(url))).code == "tls-failure"


def test_hanging_servers_delay_nobody(redis: str) -> None:
    with serve(servers.hang, reads=False) as hanging:
        targets = [
            *(redis_target(f"redis://127.0.0.1:{hanging.port}", name=f"h{n}", timeout=QUICK) for n in range(40)),
            *(redis_target(redis, name=f"g{n}") for n in range(60)),
        ]
        before = time.monotonic()
        results = see(*targets)
    assert time.monotonic() - before < 15
    assert {result.status for result in results[40:]} == {Status.OK}


def test_an_address_is_taken_apart() -> None:
    assert redis_place("rediss://me:p%40ss@cache.internal:6380/2") == RedisPlace(
        "cache.internal", 6380, True, "me", "p@ss", 2
    )
    assert redis_place("redis://cache").port == 6379


@pytest.mark.parametrize("url", ["https://x", "redis://", "redis://h:port", "redis://h/words", "no url"])
def test_what_is_no_address_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(UnusableUrl) as refused:
        redis_place(url.replace("//", "//:s3cret@"))
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"$2147483647\r\n", "query-failed"),
        (b"*2147483647\r\n" * 1000, "query-failed"),
        (b"!2000000000\r\n", "query-failed"),
        (b"-" + b"E" * 1_000_000, "query-failed"),
        (b"-ERR \0\x1b[31m\xff\xe2\x80\xae\r\n", "query-failed"),
        (b"-MOVED 1 169.254.169.254:80\r\n", "query-failed"),
    ],
)
def test_a_reply_that_means_harm_is_judged_by_its_first_line(said: bytes, code: str) -> None:
    def answer(connection: socket.socket, head: bytes) -> None:
        connection.recv(4096)
        servers.send_and_hang(said)(connection, head)

    with serve(answer, reads=False) as server:
        before = time.monotonic()
        finding = the_finding(see_one(redis_target(f"redis://127.0.0.1:{server.port}", timeout=5.0)))
    assert time.monotonic() - before < 4
    assert finding.code == code
    assert finding.message.isprintable()
    assert len(finding.message) < 500


def test_a_reply_of_one_byte_at_a_time_ends_with_the_timeout() -> None:
    def answer(connection: socket.socket, _: bytes) -> None:
        connection.recv(4096)
        for byte in b"+PONGPONGPONGPONG":
            connection.sendall(bytes([byte]))
            time.sleep(0.1)

    with serve(answer, reads=False) as server:
        finding = the_finding(see_one(redis_target(f"redis://127.0.0.1:{server.port}", timeout=QUICK)))
    assert finding.code == "timeout"
