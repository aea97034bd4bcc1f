"""Looks for tests."""

import time
from dataclasses import replace
from typing import Any

from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Finding, Result, Severity, Status
from caretaker.core.targets.certificate import CertificateTarget
from functions.cert_check.looking import Looks
from tests.authority import AT, SIGNS, Authority
from tests.presenting import heard
from tests.samples import COMMON, TARGET
from tests.servers import Behaviour, serve

ROOT = Authority("Root", usage=SIGNS)
LOWER = Authority("Lower", above=ROOT, usage=SIGNS)


def tls(port: int, **changes: Any) -> CertificateTarget:
    """Return an endpoint on loopback, looked at as app.example.com, that trusts the root of these tests."""
    own: dict[str, Any] = {
        "name": "app",
        "host": "127.0.0.1",
        "port": port,
        "server_name": "app.example.com",
        "starttls": "",
        "ca": ROOT.pem,
        "expiring": None,
        "severity": Severity.HIGH,
        "policy": replace(TARGET.policy, each_code=True),
    }
    return CertificateTarget(**COMMON | own | changes)


def see(*targets: CertificateTarget, seconds: float = 30.0) -> list[Result]:
    """Return the Result of each endpoint, in their order; each has exactly one."""
    given = Conditions(AT, time.monotonic() + seconds)
    seen = list(Looks(given).look(targets))
    results = {result.check: result for result in seen}
    assert len(results) == len(seen) == len(targets)
    return [results[one.check] for one in targets]


def see_one(target: CertificateTarget) -> Result:
    """Return the Result of one endpoint."""
    return see(target)[0]


def codes(result: Result) -> set[str]:
    """Return the codes of what was found, but for what only says that a private CA publishes no revocations."""
    return {finding.code for finding in result.findings} - {"revocation-unknown"}


def the_finding(result: Result) -> Finding:
    """Return the only finding of a Result."""
    assert len(result.findings) == 1, result.findings
    return result.findings[0]


def seen_at(behaviour: Behaviour, *, timeout: float = 0.5) -> Finding:
    """Return the only finding at a port that behaves so once it was greeted; make sure that it comes in time."""
    with serve(heard(behaviour), reads=False) as running:
        began = time.monotonic()
        result = see_one(tls(running.port, timeout=timeout))
        assert time.monotonic() - began < timeout + 4
    finding = the_finding(result)
    assert result.status is Status.DOWN
    assert f"127.0.0.1:{running.port}" in finding.message
    assert finding.fix.endswith((".", "app.example.com"))
    return finding
