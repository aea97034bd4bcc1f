"""What comes of a look at an HTTP endpoint."""

from collections.abc import Sequence

import pycurl

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.judging import judged
from caretaker.core.network.failure import Failure
from caretaker.core.network.line import CONNECT_TIMEOUT
from caretaker.core.network.urls import shown
from caretaker.core.results import Finding, Measurement, Result
from functions.uptime.engine import Ended
from functions.uptime.failures import Attempt, failure
from functions.uptime.http_look import Look


def _measurements(look: Look) -> dict[str, Measurement]:
    """Return the phases of a look, and what came of it."""
    measured: dict[str, Measurement] = {
        "seconds": round(look.dns + look.total, 4),
        "dns": round(look.dns, 4),
        "url": shown(look.target.url),
        "redirects": look.hops,
    }
    if look.timings:
        measured |= {
            "connect": round(look.timings.connect, 4),
            "tls": round(look.timings.tls, 4),
            "first_byte": round(look.timings.first_byte, 4),
            "address": look.timings.address,
            "http_version": look.timings.http_version,
            "body_bytes": look.received.body_bytes,
        }
    if look.status:
        measured["status_code"] = look.status
    return measured


def explained(look: Look, ended: Ended) -> Failure:
    """Return why an exchange has failed."""
    assert look.timings is not None, "the exchange is over"
    look.status = ended.curl.getinfo(pycurl.RESPONSE_CODE)
    attempt = Attempt(
        place=look.request.place,
        code=ended.code,
        text=ended.text,
        system=ended.curl.getinfo(pycurl.OS_ERRNO),
        received=look.received,
        timings=look.timings,
        timeout=look.target.timeout,
        connect_timeout=CONNECT_TIMEOUT,
        addresses=look.addresses,
    )
    return failure(attempt)


def result(look: Look, findings: Sequence[Finding], conditions: Conditions) -> Result:
    """Return the Result that a look's findings add up to."""
    return judged(
        look.target,
        findings,
        conditions,
        healthy=f"answered HTTP {look.status} in {look.dns + look.total:.3f} s",
        where=shown(look.target.url),
        measurements=_measurements(look),
    )
