"""Addresses are complete and normal, or refused without showing what may be secret in them."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.values.urls import has_user, normal_url, password


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://example.com", "https://example.com"),
        ("HTTPS://Example.COM/Path?Q=1", "https://example.com/Path?Q=1"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://localhost", "http://localhost"),
        ("https://bücher.example/ä?ö=ü", "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC"),
        ("https://user:p%40ss@example.com/", "https://user:p%40ss@example.com/"),
        ("https://example.com:0443/", "https://example.com:443/"),
        ("https://example.com./", "https://example.com./"),
        ("https://my_host.internal/", "https://my_host.internal/"),
        ("https://example.com?a=b", "https://example.com?a=b"),
    ],
)
def test_an_address_becomes_normal(url: str, normal: str) -> None:
    assert normal_url(url) == normal


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is empty"),
        ("example.com/health", "no scheme. Begin it with https://"),
        ("localhost:8080/x", "no scheme. Begin it with https://"),
        ("//example.com", "no scheme"),
        ("ftp://example.com", "'ftp' is not HTTP or HTTPS"),
        ("htps://example.com", "Did you mean https"),
        ("file:///etc/passwd", "'file' is not HTTP"),
        ("mailto:someone", "not HTTP or HTTPS"),
        ("https:example.com", "two slashes"),
        ("https:/example.com", "two slashes"),
        ("https://", "has no host"),
        ("https:///path", "has no host"),
        ("https://:443/", "has no host"),
        ("https://example.com:0/", "'0' is not a port"),
        ("https://example.com:65536/", "'65536' is not a port"),
        ("https://example.com:/", "is not a port"),
        ("https://example.com:٣/", "is not a port"),
        ("https://exa mple.com", "no spaces"),
        ("https://example.com/a b", "%20"),
        ("https://example.com/\n", "no spaces or line breaks"),
        ("https://example.com/\x1b[31m", "no spaces or line breaks"),
        ("https://-example.com", "not the name of a host"),
        ("https://example..com", "not the name of a host"),
        ("https://" + "a" * 64 + ".com", "not the name of a host"),
        ("https://256.1.1.1/", "not an IPv4 address"),
        ("https://1.2.3/", "not an IPv4 address"),
        ("https://0x7f000001/", "not an IPv4 address"),
        ("https://[::g]/", "not an IPv6 address"),
        ("https://2001:db8::1/", "brackets|not a port|not understood"),
        ("https://\N{SNOWMAN}.example", "not the name of a host"),
        ("https://example.com/" + "a" * 2000, "longer than"),
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(url: str, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        normal_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://admin:hunter2@example.com:99999/",
        "https://admin:hunter2/x@example.com/",
        "https://admin:hunter2#x@example.com/",
        "https://admin:hunter2?@example.com/",
        "admin:hunter2@example.com",
        "ftp://admin:hunter2@example.com",
        "https//admin:hunter2@example.com",
        "https://example.com:x/?key=hunter2",
        "https://exa mple.com/?key=hunter2",
        "example.com/?key=hunter2",
        "https://admin:hunter2@[::x]/",
    ],
)
def test_a_secret_in_a_wrong_address_is_not_repeated(url: str) -> None:
    with pytest.raises(Unfit) as caught:
        normal_url(url)
    assert "hunter2" not in str(caught.value)


def test_a_password_is_found_where_it_stands() -> None:
    assert password("https://me:secret@example.com/a@b") == "secret"
    assert password("https://me@example.com/") is None
    assert password("https://example.com/x:y@z") is None
    assert has_user("https://me@example.com/")
    assert not has_user("https://example.com/@me")


@given(st.text(max_size=60) | st.text("htps:/@[]?#.:%1a ", max_size=40).map("http://".__add__))
def test_every_text_is_either_refused_or_stays_normal(url: str) -> None:
    try:
        normal = normal_url(url)
    except Unfit:
        return
    assert normal.isascii()
    assert normal_url(normal) == normal
    assert urlsplit(normal).hostname
