"""Redirects: which are followed, which are refused, and what goes with them."""

import socket

import pytest
import trustme

from caretaker.core.results import Status
from tests import servers
from tests.integration.uptime.seeing import QUICK, see_one, the_finding
from tests.samples import target
from tests.servers import reply, serve


def test_redirects_are_followed_and_counted() -> None:
    def behave(connection: socket.socket, head: bytes) -> None:
        if head.startswith(b"GET /end"):
            return reply()(connection, head)
        return reply(b"", "302 Found", "Location: /end")(connection, head)

    with serve(behave) as server:
        result = see_one(target(url=server.url()))
        assert result.status is Status.OK
        assert result.measurements["redirects"] == 1
        off = see_one(target(url=server.url(), follow_redirects=False))
        assert the_finding(off).code == "http-status"


def test_a_redirect_loop_ends_after_ten() -> None:
    with serve(reply(b"", "301 Moved", "Location: /")) as server:
        finding = the_finding(see_one(target(url=server.url())))
        assert finding.code == "too-many-redirects"
        assert server.connections == 11


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "file"),
        ("gopher://127.0.0.1/", "gopher"),
        ("http://169.254.169.254/latest/meta-data/", "link-local"),
        ("http://[::ffff:169.254.169.254]/", "link-local"),
        ("http://[broken/", "cannot be followed"),
    ],
)
def test_an_unsafe_redirect_is_refused(location: str, words: str) -> None:
    with serve(reply(b"", "302 Found", f"Location: {location}")) as server:
        finding = the_finding(see_one(target(url=server.url(), timeout=QUICK)))
    assert finding.code == "redirect-refused"
    assert words in finding.message


def test_a_redirect_to_the_runtime_of_the_function_is_refused() -> None:
    with serve(reply()) as runtime, serve(reply(b"", "302 Found", f"Location: {runtime.url()}")) as server:
        result = see_one(target(url=server.url()), runtime_api=f"127.0.0.1:{runtime.port}")
        assert the_finding(result).code == "redirect-refused"
        assert runtime.connections == 0


def test_a_redirect_from_https_to_http_is_refused() -> None:
    ca = trustme.CA()
    with serve(reply()) as plain:
        tls = servers.certificate(ca, "127.0.0.1")
        with serve(reply(b"", "302 Found", f"Location: {plain.url()}"), tls) as server:
            result = see_one(target(url=server.url(scheme="https"), ca=servers.pem(ca)))
        assert the_finding(result).code == "redirect-refused"
        assert plain.connections == 0


def test_headers_and_credentials_stay_with_their_host() -> None:
    with serve(reply()) as other, serve(reply(b"", "307 Temporary", f"Location: {other.url()}")) as server:
        one = target(
            url=server.url(),
            headers=(("X-Api-Key", "k3y-of-the-api"),),
            auth=("basic", "user", "pass"),
            method="POST",
            body="b",
        )
        assert see_one(one).status is Status.OK
        assert b"X-Api-Key: k3y-of-the-api" in server.requests[0]
        assert b"Authorization: Basic" in server.requests[0]
        assert server.requests[0].startswith(b"POST ")
        assert b"k3y" not in other.requests[0]
        assert b"Authorization" not in other.requests[0]
