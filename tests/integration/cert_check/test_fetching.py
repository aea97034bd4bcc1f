import time
from functools import partial
from socket import socket

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from functions.cert_check.fetching import Fetch, Unfetched, fetch
from tests import servers
from tests.servers import Behaviour, endless, hang, reply, reset, send, send_and_hang, serve

RUNTIME = "127.0.0.1:9001"


def fetching(seconds: float = 5.0, reached_from: str = "127.0.0.1", runtime_api: str = RUNTIME) -> Fetch:
    return partial(fetch, ends=time.monotonic() + seconds, reached_from=reached_from, runtime_api=runtime_api)


def why_not(url: str, get: Fetch | None = None, most: int = 1000) -> str:
    with pytest.raises(Unfetched) as unfetched:
        (get or fetching())(url, most=most)
    return str(unfetched.value)


def to(url: str, status: str = "302 Found") -> Behaviour:
    return reply(b"", status, f"Location: {url}")


def test_an_answer_is_fetched() -> None:
    with serve(reply(b"a list")) as server:
        assert fetching()(server.url(), most=6) == b"a list"
        assert b"Accept-Encoding" not in server.requests[0]


def test_a_question_is_posted_as_one() -> None:
    with serve(reply(b"an answer")) as server:
        assert fetching()(server.url(), most=100, data=b"\x30\x03\r\n\r\n") == b"an answer"
    assert server.requests[0].startswith(b"POST / ")
    assert b"Content-Type: application/ocsp-request" in server.requests[0]


def test_a_name_is_resolved_once_and_connected_to_where_it_was_found() -> None:
    with serve(reply(b"a list")) as server:
        assert fetching()(server.url(host="localhost"), most=100) == b"a list"


def test_a_private_server_needs_no_certificate_that_anybody_trusts() -> None:
    with serve(reply(b"a list"), servers.certificate(trustme.CA(), "another.example.com")) as server:
        assert fetching()(server.url(scheme="https"), most=100) == b"a list"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (reply(b"x" * 1001), "larger than 1,000 bytes"),
        (endless, "larger than 1,000 bytes"),
        (reply(b"no", "404 Not Found"), "HTTP status 404"),
        (reply(b"no", "302 Found"), "HTTP status 302"),
        (send(b"\0\1\2garbage"), "not HTTP"),
        (send(b""), "without an answer"),
        (send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "broke off"),
        (reset, "reset"),
        (send(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 400_000 + b"\r\n\r\n"), "failed"),
        (to("file:///etc/passwd"), "its scheme is file"),
        (to("http://169.254.169.254/latest/meta-data/"), "link-local"),
        (to("http://[::ffff:169.254.169.254]/"), "link-local"),
        (to("http://name.invalid/"), "does not resolve"),
        (to("http://[broken"), "redirected to an unreadable URL, cannot be used"),
        (to("http://127.0.0.1/a b\x1b["), "redirected"),
    ],
)
def test_what_a_server_does_wrong_is_said_with_its_address(behaviour: Behaviour, words: str) -> None:
    with serve(behaviour) as server:
        said = why_not(server.url("/1.crl?token=s3cret"))
    assert words in said
    assert said.startswith(server.url("/1.crl?token=***"))
    assert said.isprintable()
    assert "s3cret" not in said


def test_a_server_that_is_not_there_is_named() -> None:
    with serve(reply()) as server:
        url = server.url()
    assert why_not(url) == f"{url}: no connection"


@pytest.mark.parametrize("behaviour", [hang, send_and_hang(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")])
def test_nothing_is_waited_for_after_the_deadline(behaviour: Behaviour) -> None:
    with serve(behaviour) as server:
        began = time.monotonic()
        assert "in time" in why_not(server.url(), fetching(seconds=0.3))
    assert time.monotonic() - began < 5


def test_nothing_is_begun_after_the_deadline() -> None:
    with serve(reply()) as server:
        assert "no time was left" in why_not(server.url(), fetching(seconds=0))
        assert "no time was left" in why_not(server.url(host="localhost"), fetching(seconds=0))
        assert server.connections == 0


def test_three_redirects_are_followed_and_no_more() -> None:
    def count_down(connection: socket, head: bytes) -> None:
        left = int(head.split()[1].strip(b"/"))
        (to(f"/{left - 1}") if left else reply(b"a list"))(connection, head)

    with serve(count_down) as server:
        assert fetching()(server.url("/3"), most=100) == b"a list"
        assert "after 3 redirects" in why_not(server.url("/4"))


@pytest.mark.parametrize(("status", "method"), [("307 Temporary Redirect", b"POST"), ("303 See Other", b"GET")])
def test_a_redirected_question_is_posted_again_unless_it_is_answered_elsewhere(status: str, method: bytes) -> None:
    with serve(reply(b"an answer")) as server, serve(to(server.url(), status)) as before:
        assert fetching()(before.url(), most=100, data=b"a question") == b"an answer"
    assert server.requests[0].startswith(method)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0", "2130706433", "0x7f.1"])
def test_a_public_endpoint_cannot_send_us_inside(host: str) -> None:
    with serve(reply()) as server:
        assert "own machine" in why_not(server.url(host=host), fetching(reached_from="93.184.215.14"))
        assert server.connections == 0


def test_no_connection_leads_elsewhere_than_to_what_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    # A name server that answers us with one address, and libcurl with another.
    monkeypatch.setattr("functions.cert_check.fetching.resolve", lambda _line, _ip: ("93.184.215.14",))
    with serve(reply()) as server:
        said = why_not(server.url(host="127.1"), fetching(reached_from="93.184.215.14"))
        assert said.endswith("no connection")
        assert server.connections == 0


@given(st.text(max_size=50))
def test_no_address_that_a_certificate_can_name_breaks_anything(text: str) -> None:
    for url in (text, "http://" + text, "http://127.0.0.1:9001/" + text):
        assert why_not(url, fetching(seconds=0, reached_from="93.184.215.14"))


@pytest.mark.parametrize("path", ["/\0", "/ ", "/\x1b[31m", "/ü", "/" + "x" * 100_000, "/\udc80"])
def test_an_address_that_nobody_can_ask_for_is_refused_or_not_found(path: str) -> None:
    with serve(reply(b"", "404 Not Found")) as server:
        said = why_not(server.url(path))
    assert said.isprintable()
    assert len(said) < 300


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_nobody_can_send_us_to_the_runtime_of_the_function(host: str) -> None:
    with serve(reply()) as runtime, serve(to(runtime.url(host=host))) as server:
        get = fetching(runtime_api=f"127.0.0.1:{runtime.port}")
        assert "own runtime" in why_not(server.url(), get)
        assert runtime.connections == 0
