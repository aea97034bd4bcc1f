"""HTTPS, as the HTTP probe looks at it: certificates that are right and wrong, and what is no TLS."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme

from caretaker.core.results import Status
from tests import servers
from tests.integration.uptime.seeing import see_one, the_finding
from tests.samples import target
from tests.servers import reply, send, serve


@pytest.mark.parametrize(
    ("names", "details", "own_ca", "words"),
    [
        (["other.example"], {}, True, "another name"),
        (["127.0.0.1"], {"not_after": datetime.now(UTC) - timedelta(days=1)}, True, "expired"),
        (["127.0.0.1"], {"not_before": datetime.now(UTC) + timedelta(days=1)}, True, "not valid yet"),
        (["127.0.0.1"], {}, False, "no trusted root"),
    ],
)
def test_a_bad_certificate_is_a_tls_failure_with_its_reason(
    names: list[str], details: dict[str, Any], own_ca: bool, words: str
) -> None:
    ca = trustme.CA()
    with serve(reply(), servers.certificate(ca, *names, **details)) as server:
        one = target(url=server.url(scheme="https"), ca=servers.pem(ca) if own_ca else "")
        finding = the_finding(see_one(one))
        assert finding.code == "tls-failure"
        assert words in finding.message
        assert see_one(replace(one, verify_tls=False)).status is Status.OK


def test_a_certificate_of_an_own_ca_is_verified_with_it() -> None:
    ca = trustme.CA()
    with serve(reply(), servers.certificate(ca, "localhost")) as server:
        one = target(url=server.url(scheme="https", host="localhost"), ca=servers.pem(ca))
        result = see_one(one)
    assert result.status is Status.OK
    assert float(result.measurements["tls"]) > 0


def test_plain_http_on_a_tls_look_is_said() -> None:
    with serve(send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), reads=False) as server:
        finding = the_finding(see_one(target(url=server.url(scheme="https"), timeout=2.0)))
    assert finding.code == "tls-failure"
    assert "does not speak TLS" in finding.message
