"""Looks at TCP ports: they take a connection, speak TLS if they should, and say what is expected."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import partial

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.crowd import each
from caretaker.core.looking.judging import finding_of, judged
from caretaker.core.network.dialling import Tls, dial
from caretaker.core.network.line import Line, Unreached
from caretaker.core.results import Finding, Measurement, Result
from caretaker.core.targets.tcp import TcpTarget
from functions.uptime.expectations import quote
from functions.uptime.slowness import slow

_LONGEST_BANNER = 4096  # bytes of the first line that are read


def probe(targets: Sequence[TcpTarget], conditions: Conditions) -> Iterator[Result]:
    """Yield one Result for each target."""
    yield from each(targets, partial(_look, conditions=conditions), conditions)


def _look(target: TcpTarget, conditions: Conditions) -> Result:
    line = Line(target.host, target.port, target.timeout)
    findings: list[Finding] = []
    tls = Tls(target.server_name or target.host, target.verify_tls, target.ca) if target.tls else None
    try:
        with dial(line, ip=target.ip, tls=tls):
            findings += _banner(target, line) if target.banner else []
            findings += slow(target.slow, line.seconds)
    except Unreached as unreached:
        findings.append(finding_of(unreached.failure, target))
    seconds = line.seconds
    return judged(
        target,
        findings,
        conditions,
        healthy=f"took a connection in {seconds:.3f} s",
        where=f"{'tls' if target.tls else 'tcp'}://{line.endpoint}",
        measurements=measurements(line, seconds),
    )


def measurements(line: Line, seconds: float) -> dict[str, Measurement]:
    """Return the phases of a look over a line."""
    return {
        "seconds": round(seconds, 4),
        "dns": round(line.dns, 4),
        "connect": round(line.connect, 4),
        "tls": round(line.tls, 4),
        "address": line.address,
    }


def _banner(target: TcpTarget, line: Line) -> Iterator[Finding]:
    """Yield what is wrong with the first line that the server says."""
    said = b""
    while b"\n" not in said and len(said) < _LONGEST_BANNER:
        chunk = line.receive()
        if not chunk:
            break
        said += chunk
    if not said:
        raise Unreached(line.broken_off())
    banner = said.partition(b"\n")[0][:_LONGEST_BANNER].decode("utf-8", "replace").strip()
    if not fnmatchcase(banner, target.banner):
        yield Finding(
            "banner-mismatch",
            target.severity,
            f"{line.peer} says {quote(banner)}, expected {quote(target.banner)}",
            "See which service listens on this port, and whether it has been updated or replaced.",
            measured=quote(banner),
            limit=quote(target.banner),
        )
