"""The full look: old protocols, the other addresses of the name, revocation, issuers that were not sent."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from caretaker.core.network.dialling import resolve
from caretaker.core.network.line import Line, Unreached
from caretaker.core.results import Finding, Severity, Status
from functions.cert_check.answers import Answers
from functions.cert_check.case import Case
from functions.cert_check.certificate import UnreadableCertificate, read
from functions.cert_check.handshake import Hello, Unpresented, shake
from functions.cert_check.judgement import judge
from functions.cert_check.known import Memory
from functions.cert_check.missing import missing_issuers
from functions.cert_check.presented import Presented
from functions.cert_check.protocols import accepted, old_protocol
from functions.cert_check.revocation.check import Lists, verdicts
from functions.cert_check.rules.revocations import revocation_unknown, revoked

_MOST_ADDRESSES = 6
_SHOWN = 3
_FETCHING = 10.0  # seconds for all that CAs are asked
_PATIENCE = 5.0  # seconds for a handshake with a further address


@dataclass(frozen=True)
class Asked:
    """What was asked of others in one run: the answers to questions, and the lists among them that were verified."""

    answers: Answers
    lists: Lists = field(default_factory=Lists)


def full_look(case: Case, presented: Presented, memory: Memory, asked: Asked) -> Memory:
    """Return the memory with what a full look at an endpoint finds beside the certificates of its first address."""
    fetch = asked.answers.fetcher(ends=time.monotonic() + _FETCHING, reached_from=presented.address)
    fetched = missing_issuers(case, fetch)
    known, stapled = memory.revocations, presented.stapled
    found_out = verdicts(case.path, stapled=stapled, known=known, fetch=fetch, lists=asked.lists, at=case.at)
    found = [
        *old_protocol(case.target, accepted(case.target, presented.address)),
        *_other_addresses(case, presented),
        *revoked(case, found_out),
        *revocation_unknown(case, found_out),
    ]
    return replace(
        memory,
        full_at=case.at,
        found=tuple(found),
        fetched=fetched,
        revocations={one.certificate: one for one in found_out if one.until or one.is_final},
    )


def _other_addresses(case: Case, presented: Presented) -> Iterator[Finding]:
    """Yield what the other addresses of the name have that the first one has not."""
    others = [address for address in _addresses(case) if address != presented.address][: _MOST_ADDRESSES - 1]
    seen = [(address, _look(case, address)) for address in others]
    dead = [(address, one) for address, one in seen if isinstance(one, Unpresented)]
    if dead:
        yield _failing(dead, len(seen) + 1)
    cases = [(address, one) for address, one in seen if isinstance(one, Case)]
    different = [(address, one) for address, one in cases if one.leaf != case.leaf]
    known = {finding.code for finding in judge(case)}
    for address, one in cases:
        for finding in judge(one):
            if finding.code not in known and finding.status is not Status.OK:
                yield replace(finding, message=f"at {address}: {finding.message}")
    if different:
        yield _different(case, presented.address, different)


def _addresses(case: Case) -> Sequence[str]:
    try:
        return resolve(Line(case.target.host, case.target.port, _PATIENCE), "any")
    except Unreached:
        return ()


def _look(case: Case, address: str) -> "Case | Unpresented | None":
    target = case.target
    line = Line(address, target.port, min(target.timeout, _PATIENCE))
    try:
        there = shake(line, Hello(target.server_name or target.host, target.starttls))
        chain = [read(der, position) for position, der in enumerate(there.chain)]
    except Unpresented as unpresented:
        return unpresented
    except UnreadableCertificate:
        return None
    return replace(case, chain=chain, protocol=there.protocol) if chain else None


def _failing(dead: Sequence[tuple[str, Unpresented]], number: int) -> Finding:
    names = ", ".join(f"{address} ({one.failure.code})" for address, one in dead[:_SHOWN])
    more = f" and {len(dead) - _SHOWN} more" if len(dead) > _SHOWN else ""
    return Finding(
        "address-failing",
        Severity.HIGH,
        f"{len(dead)} of {number} addresses present no certificate: {names}{more}; {dead[0][1].failure.message}",
        "Mend that machine, or take its address out of the name's records until it answers again.",
        measured=f"{len(dead)} of {number} fail",
        limit="all answer",
    )


def _different(case: Case, first: str, different: Sequence[tuple[str, Case]]) -> Finding:
    everywhere = [(first, case), *different][: _SHOWN + 1]
    shown = "; ".join(
        f"{address} serial {one.leaf.serial[:16]} until {one.leaf.not_after:%Y-%m-%d}" for address, one in everywhere
    )
    return case.finding(
        "unexpected-change",
        f"the addresses of {case.target.host} serve different certificates: {shown}",
        "Nothing to do where that is meant, as with several CDNs; otherwise install the newest everywhere.",
        case.leaf,
        severity=Severity.LOW,
        measured=f"{len({one.leaf.fingerprint for _, one in everywhere})} certificates",
        limit="one certificate",
    )
