"""Looks at records of the DNS."""

import re
import time
from collections.abc import Iterator, Sequence
from functools import partial
from ipaddress import ip_address

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.crowd import each
from caretaker.core.looking.judging import finding_of, judged
from caretaker.core.network.failure import Failure
from caretaker.core.results import Finding, Result
from caretaker.core.targets.dns import DnsTarget
from functions.uptime.expectations import quote
from functions.uptime.slowness import slow

_SHOWN = 20  # records that a message names
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PIECES = re.compile(rf"\s*({_PIECE.pattern}\s*)+")
_ESCAPED = re.compile(r'\\(["\\])')


class _Unanswered(Exception):
    """There is no record to judge; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure


def probe(targets: Sequence[DnsTarget], conditions: Conditions) -> Iterator[Result]:
    """Yield one Result for each target."""
    yield from each(targets, partial(_look, conditions=conditions), conditions)


def _look(target: DnsTarget, conditions: Conditions) -> Result:
    began = time.monotonic()
    findings: list[Finding] = []
    records: list[str] = []
    try:
        records = _records(target)
    except _Unanswered as unanswered:
        findings.append(finding_of(unanswered.failure, target))
    seconds = time.monotonic() - began
    if records:
        findings += [*_mismatch(target, records), *slow(target.slow, seconds)]
    return judged(
        target,
        findings,
        conditions,
        healthy=f"{target.record} is {_listed(records)}",
        where=f"dns:{target.host} {target.record}{f' at {target.server}' if target.server else ''}",
        measurements={"seconds": round(seconds, 4), "dns": round(seconds, 4), "records": _listed(records)},
    )


def _records(target: DnsTarget) -> list[str]:
    """Return the records in their normal form, sorted."""
    resolver = _resolver(target)
    try:
        answer = resolver.resolve(dns.name.from_text(target.host), target.record, lifetime=target.timeout, search=False)
        return sorted(normal(target.record, record.to_text()) for record in answer)
    except dns.resolver.NXDOMAIN:
        raise _Unanswered(_missing(target, "there is no such name")) from None
    except dns.resolver.NoAnswer:
        raise _Unanswered(_missing(target, f"it has no {target.record} record")) from None
    except dns.exception.Timeout:
        raise _Unanswered(_silent(target)) from None
    except dns.resolver.NoNameservers as refusal:
        raise _Unanswered(_refused(target, refusal)) from None
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise _Unanswered(_missing(target, f"the answer cannot be used: {type(error).__name__}")) from None


def _resolver(target: DnsTarget) -> dns.resolver.Resolver:
    if not target.server:
        resolver = dns.resolver.Resolver()
    else:
        resolver = dns.resolver.Resolver(configure=False)
        address, _, port = target.server.rpartition(":")
        resolver.nameservers = [address.strip("[]")]
        resolver.port = int(port)
    resolver.cache = None
    resolver.timeout = min(2.0, target.timeout)
    return resolver


def normal(record: str, text: str) -> str:
    """Return a record as it is compared: names without case and final dot, texts in one piece."""
    match record:
        case "A" | "AAAA":
            try:
                return str(ip_address(text))
            except ValueError:
                return text
        case "TXT":
            pieces = _PIECE.findall(text) if _PIECES.fullmatch(text) else [text]
            return _ESCAPED.sub(r"\1", "".join(pieces))
        case _:
            return " ".join(part.removesuffix(".").lower() for part in text.split())


def _mismatch(target: DnsTarget, records: Sequence[str]) -> Iterator[Finding]:
    one_of = [normal(target.record, text) for text in target.one_of]
    all_of = sorted({normal(target.record, text) for text in target.all_of})
    if one_of and set(records) <= set(one_of):
        return
    if all_of and sorted(set(records)) == all_of:
        return
    if not one_of and not all_of:
        return
    limit = quote(" or ".join(one_of) if one_of else " and ".join(all_of))
    yield Finding(
        "dns-mismatch",
        target.severity,
        f"the {target.record} record of {target.host} is {_listed(records)}, expected {limit}",
        "See who has changed the zone; if the change is right, expect the new value.",
        measured=_listed(records),
        limit=limit,
    )


def _listed(records: Sequence[str]) -> str:
    more = f" and {len(records) - _SHOWN} more" if len(records) > _SHOWN else ""
    return quote(", ".join(records[:_SHOWN])) + more


def _missing(target: DnsTarget, why: str) -> Failure:
    return Failure(
        "dns-failure",
        f"no {target.record} record for {target.host}: {why}",
        f"Check the zone and whether the domain is still registered: dig {target.host} {target.record}",
        measured=why,
        limit=f"a {target.record} record",
    )


def _silent(target: DnsTarget) -> Failure:
    return Failure(
        "timeout",
        f"no name server answered for {target.host} within {target.timeout:g} s",
        f"See whether the name servers run and can be reached: dig +trace {target.host}",
        measured=f"{target.timeout:g} s",
        limit="an answer",
    )


def _refused(target: DnsTarget, refusal: dns.resolver.NoNameservers) -> Failure:
    errors = refusal.kwargs.get("errors") or []
    said = ", ".join(dict.fromkeys(str(error[3]) for error in errors)) or "no usable answer"
    return Failure(
        "dns-failure",
        f"the name servers do not answer for {target.host}: {quote(said)}",
        f"Check the delegation and the signatures of the zone: dig +trace {target.host} {target.record}",
        measured=said[:200],
        limit="an answer",
    )
