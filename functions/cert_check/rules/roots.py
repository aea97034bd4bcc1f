"""Where a chain leads: ``self-signed``, ``untrusted-root``, ``incomplete-chain``."""

from collections.abc import Iterator

from caretaker.core.results import Finding
from functions.cert_check.case import Case
from functions.cert_check.certificate import Certificate
from functions.cert_check.wording import printable

_LONGEST = 300  # characters of an address that a fix tells


def self_signed(case: Case) -> Iterator[Finding]:
    """The certificate is signed by nobody but itself."""
    if case.leaf.is_self_signed and not case.trust.holds(case.leaf):
        yield case.finding(
            "self-signed",
            f"{case.leaf} is signed by itself: no client has a reason to trust it",
            "Get one from a CA (an ACME client does so free of charge), or set ca: to this one if it is meant so.",
            case.leaf,
        )


def untrusted_root(case: Case) -> Iterator[Finding]:
    """The path is complete, and its end is trusted by nobody."""
    top = case.path.top
    if case.path.trusted or case.false_issuer or case.leaf.is_self_signed or not _is_end(case, top):
        return
    authority = top.shown if top.is_self_signed else top.issuer_shown
    yield case.finding(
        "untrusted-root",
        f"{case.leaf} leads to the CA {authority}, which is not among the trusted ones",
        "Serve a certificate of a CA that your users' systems trust; if this CA is your own, set ca: to its root"
        + ("." if top.is_self_signed else f", or serve the certificate of {authority} too if that is no root."),
        top,
        measured=authority,
    )


def incomplete_chain(case: Case) -> Iterator[Finding]:
    """The server does not send an intermediate certificate that clients need."""
    top = case.path.top
    if case.path.trusted or case.false_issuer or top.is_self_signed or _is_end(case, top):
        return
    address = next((printable(address, _LONGEST) for address in top.issuer_addresses), "")
    yield case.finding(
        "incomplete-chain",
        f"{_sent(case)}; the certificate of {top.issuer_shown}, which signed {top.shown}, is missing",
        "Configure the server with the whole chain (fullchain.pem), not with its own certificate alone. "
        + (f"The missing one is at {address}" if address else "If the missing one is your own root, set ca: to it."),
        top,
        measured=f"{len(case.chain)} sent",
        limit=top.issuer_shown,
    )


def _sent(case: Case) -> str:
    return (
        "the server sends no intermediate"
        if len(case.chain) == 1
        else f"the server sends {len(case.chain)} certificates"
    )


def _is_end(case: Case, top: Certificate) -> bool:
    """Whether what lacks above a certificate, if anything, is a root: servers need not send that."""
    if top.is_self_signed:
        return True
    fetched = next((other for other in case.fetched if top.is_issued_by(other)), None)
    if fetched:
        return fetched.is_self_signed
    return top != case.leaf and not top.issuer_addresses
