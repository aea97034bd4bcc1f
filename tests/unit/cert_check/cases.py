"""Cases for the judgement, made of the zoo's exhibits."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

from bench.certs.exhibits import exhibits
from bench.certs.exhibits.exhibit import HOST, Exhibit, Family
from caretaker.core.results import Finding, Severity
from functions.cert_check.case import Case
from functions.cert_check.certificate import read
from functions.cert_check.trust import Trust, trust
from tests.samples import certificate_target

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@cache
def family() -> Family:
    """Return the authorities of the zoo."""
    return Family(AT)


@cache
def zoo() -> tuple[Exhibit, ...]:
    """Return the zoo's exhibits: making them takes a second, which whoever only looks for tests need not wait."""
    return tuple(exhibits(family()))


def case(exhibit: Exhibit, at: datetime = AT, trusted: Trust | None = None) -> Case:
    """Return what is judged of an exhibit after one handshake, its files fetched."""
    fetched = [read(data) for name, data in exhibit.files.items() if name.endswith(".der")]
    made = case_of(exhibit.chain, trusted or trust(exhibit.ca), at, exhibit.host)
    return Case(made.target, made.chain, exhibit.protocols[1], made.trust, at, fetched)


def case_of(chain: Sequence[bytes], trusted: Trust, at: datetime = AT, host: str = HOST) -> Case:
    """Return what is judged of a chain."""
    certificates = [read(der, position) for position, der in enumerate(chain)]
    return Case(certificate_target(host), certificates, "TLSv1.3", trusted, at)


def codes(findings: Iterable[Finding]) -> dict[str, Severity]:
    """Return the worst severity of each code."""
    found: dict[str, Severity] = {}
    for finding in findings:
        worst = max(finding.severity, found.get(finding.code, finding.severity), key=lambda severity: severity.rank)
        found[finding.code] = worst
    return found
