"""Looks at TLS endpoints: one handshake each, and from time to time the full look.

The full look tries old protocols, looks at every address of the name, and asks whether a certificate was revoked. What
it found is remembered and said in every run until the next one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.crowd import each
from caretaker.core.looking.judging import judged
from caretaker.core.network.dialling import dial
from caretaker.core.network.line import Line, Unreached
from caretaker.core.results import Finding, Measurement, Result, judge
from caretaker.core.targets.base import Target
from caretaker.core.targets.certificate import CertificateTarget
from caretaker.core.targets.tcp import TcpTarget
from functions.cert_check.answers import Answers
from functions.cert_check.case import Case
from functions.cert_check.certificate import Certificate, UnreadableCertificate, read
from functions.cert_check.full import Asked, full_look
from functions.cert_check.handshake import UNREADABLE_FIX, Hello, Unpresented, shake
from functions.cert_check.judgement import judge as judge_certificates
from functions.cert_check.known import Memory
from functions.cert_check.presented import Presented
from functions.cert_check.rules.renewals import renewal_overdue, unexpected_change
from functions.cert_check.trust import trust
from functions.cert_check.wording import day, span


@dataclass(slots=True)
class Looks:
    """Looks at endpoints with what is remembered of them; ``learned`` is what there is to be remembered anew."""

    conditions: Conditions
    remembered: Mapping[str, Memory] = field(default_factory=dict)
    learned: dict[str, Memory] = field(default_factory=dict)
    asked: Asked = field(init=False)

    def __post_init__(self) -> None:
        self.asked = Asked(Answers(self.conditions.runtime_api))

    def look(self, targets: Sequence[Target]) -> Iterator[Result]:
        """Yield exactly one Result for every target, in the order in which they come."""
        yield from each(targets, self._one, self.conditions)

    def _one(self, target: Target) -> Result:
        match target:
            case CertificateTarget():
                return self._endpoint(target)
            case TcpTarget():
                return _control(target, self.conditions)
            case _:
                raise TypeError(f"{target.check} has no certificate")

    def _endpoint(self, target: CertificateTarget) -> Result:
        line = Line(target.host, target.port, target.timeout)
        try:
            presented = shake(line, Hello(target.server_name or target.host, target.starttls))
        except Unpresented as unpresented:
            failure = unpresented.failure
            finding = Finding(
                failure.code, target.severity, failure.message, failure.fix, failure.measured, failure.limit
            )
            return self._result(target, [finding], _phases(line) | {"failure": unpresented.cause})
        measured = _phases(line) | _spoken(presented)
        try:
            chain = [read(der, position) for position, der in enumerate(presented.chain)]
        except UnreadableCertificate as unreadable:
            return self._result(target, [_unreadable(target, str(unreadable))], measured)
        if not chain:
            return self._result(target, [_unreadable(target, "there is none")], measured)
        return self._judged(target, presented, chain, measured)

    def _judged(
        self,
        target: CertificateTarget,
        presented: Presented,
        chain: Sequence[Certificate],
        measured: Mapping[str, Measurement],
    ) -> Result:
        at = self.conditions.observed_at
        case = Case(target, chain, presented.protocol, trust(target.ca), at)
        known = self._memory(target)
        memory = known.seeing(case.leaf, at)
        if known.is_full_look_due(case.leaf, at):
            memory = full_look(case, presented, memory, self.asked)
        if memory != known:
            self.learned[target.check] = memory
        if memory.fetched:
            case = replace(case, fetched=memory.fetched)
        findings = [
            *judge_certificates(case),
            *renewal_overdue(case, memory),
            *unexpected_change(case, memory),
            *memory.found,
        ]
        return self._result(target, _once(findings), {**measured, **_told(case)}, case)

    def _memory(self, target: CertificateTarget) -> Memory:
        """Return what is known of an endpoint; a name that has moved to another one begins anew."""
        known = self.learned.get(target.check) or self.remembered.get(target.check)
        where = f"{target.endpoint} as {target.server_name or target.host}"
        return known if known and known.endpoint == where else Memory(where)

    def _result(
        self,
        target: CertificateTarget,
        findings: Sequence[Finding],
        measurements: Mapping[str, Measurement],
        case: Case | None = None,
    ) -> Result:
        leaf = case.leaf if case else None
        healthy = (
            f"valid until {day(leaf.not_after)}, for {span(leaf.not_after - case.at)} more" if leaf and case else ""
        )
        return judged(
            target,
            findings,
            self.conditions,
            healthy=healthy,
            where=f"{target.starttls or 'tls'}://{target.endpoint}",
            measurements=measurements,
        )


def _control(target: TcpTarget, conditions: Conditions) -> Result:
    """Look whether the network is there: a control target has only to take a connection."""
    findings = []
    try:
        with dial(Line(target.host, target.port, target.timeout)):
            pass
    except Unreached as unreached:
        failure = unreached.failure
        findings.append(Finding(failure.code, target.severity, failure.message, failure.fix))
    return judge(target.check, findings, observed_at=conditions.observed_at, healthy="takes connections")


def _unreadable(target: CertificateTarget, reason: str) -> Finding:
    return Finding(
        "bad-chain",
        target.severity,
        f"{target.endpoint} presents a certificate that cannot be read: {reason}",
        UNREADABLE_FIX,
        measured=reason,
        limit="a certificate",
    )


def _phases(line: Line) -> dict[str, Measurement]:
    phases = {"seconds": line.seconds, "dns": line.dns, "connect": line.connect, "tls": line.tls}
    return {**{name: round(value, 4) for name, value in phases.items()}, "address": line.address}


def _spoken(presented: Presented) -> dict[str, Measurement]:
    return {"protocol": presented.protocol, "cipher": presented.cipher, "presented": len(presented.chain)}


def _told(case: Case) -> dict[str, Measurement]:
    leaf = case.leaf
    return {
        "subject": leaf.shown,
        "issuer": leaf.issuer_shown,
        "serial": leaf.serial,
        "fingerprint": leaf.fingerprint,
        "not_before": f"{leaf.not_before:%Y-%m-%dT%H:%M:%SZ}",
        "not_after": f"{leaf.not_after:%Y-%m-%dT%H:%M:%SZ}",
        "seconds_left": int((leaf.not_after - case.at).total_seconds()),
    }


def _once(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings without those that another address gave as well."""
    return list({(finding.code, finding.message): finding for finding in findings}.values())
