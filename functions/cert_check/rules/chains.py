"""The path to a trusted certificate: ``chain-expired``, ``name-constraint``, ``bad-chain``, ``wrong-order``, …"""

from collections.abc import Iterator
from itertools import pairwise

from caretaker.core.results import Finding, Severity
from functions.cert_check.case import Case
from functions.cert_check.problems import problems
from functions.cert_check.rules.subjects import ca_as_leaf, wrong_usage
from functions.cert_check.rules.weaknesses import weak_key, weak_signature
from functions.cert_check.wording import RELOAD


def flawed_path(case: Case) -> Iterator[Finding]:
    """The best path is invalid: ``chain-expired``, ``wrong-usage``, ``name-constraint`` or ``bad-chain``."""
    for flaw in case.flaws:
        yield case.finding(
            flaw.code,
            f"{flaw.certificate} {flaw.reason}; {case.leaf.shown} needs it",
            _FIXES[flaw.code],
            flaw.certificate,
        )


_FIXES = {
    "chain-expired": f"Replace it by the newer one of the same CA (the ACME client's fullchain.pem has it), {RELOAD}.",
    "wrong-usage": "Issue the server's certificate from a CA that may issue for servers.",
    "name-constraint": "Issue the certificate from a CA that may issue for this name, or for a name that this one may.",
    "bad-chain": "Build the chain anew: openssl verify -show_chain -untrusted chain.pem cert.pem shows what is wrong.",
}


def bad_chain(case: Case) -> Iterator[Finding]:
    """A certificate cannot be read, or a library refuses the path for a reason that has no name here."""
    for certificate in case.needed:
        for problem in problems(certificate):
            yield case.finding(
                "bad-chain", f"{certificate}: {problem}", _FIXES["bad-chain"], certificate, measured=problem
            )
    if not case.path.trusted or case.flaws or any(map(problems, case.needed)):
        return
    for objection in case.objections[:1]:
        if objection.strict and _is_named_otherwise(case):
            return
        is_alarm = not objection.strict or (case.is_public and len(case.objections) > 1)
        yield case.finding(
            objection.code,
            f"the chain of {case.leaf.shown} is refused by {objection.by}: {objection.reason}",
            "Issue the certificates anew as RFC 5280 wants them; clients differ in what they refuse.",
            case.leaf,
            severity=None if is_alarm else Severity.LOW,
            measured=objection.reason,
        )


def _is_named_otherwise(case: Case) -> bool:
    return any(True for rule in (weak_key, weak_signature, wrong_usage, ca_as_leaf) for _ in rule(case))


def false_signature(case: Case) -> Iterator[Finding]:
    """The issuer's certificate is there, and its key has not signed: ``bad-chain``."""
    top, issuer = case.path.top, case.false_issuer
    if issuer:
        reason = next(iter(problems(issuer)), f"its signature does not fit the key of {issuer.shown}")
        yield case.finding(
            "bad-chain",
            f"{top} is not signed as it says: {reason}",
            "Serve the certificate as the CA issued it, and the issuer's that belongs to it.",
            top,
            measured=reason,
        )


def wrong_order(case: Case) -> Iterator[Finding]:
    """The certificates do not come in the order in which one signs the other."""
    needed = [case.chain.index(one) for one in case.path.certificates if one in case.chain]
    if any(before > after for before, after in pairwise(needed)):
        yield case.finding(
            "wrong-order",
            "the server sends its certificates in the wrong order: " + ", ".join(one.shown for one in case.chain[:6]),
            "Put them in order: the server's own first, then each with the one that signed it behind it.",
            case.leaf,
            severity=Severity.MEDIUM,
        )


def unneeded_certificate(case: Case) -> Iterator[Finding]:
    """The server sends certificates that no client needs."""
    if not case.path.trusted:
        return
    unneeded = [one for one in dict.fromkeys(case.chain) if one not in case.needed]
    if len(set(case.chain)) < len(case.chain):
        unneeded += [one for number, one in enumerate(case.chain) if one in case.chain[:number]]
    for certificate in unneeded[:3]:
        old = ", and expired" if case.at > certificate.not_after else ""
        yield case.finding(
            "unneeded-certificate",
            f"{certificate} is sent, but not needed{old}",
            "Take it out of the server's chain: it costs each handshake time.",
            certificate,
            severity=Severity.LOW,
        )
