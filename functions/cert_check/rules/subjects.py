"""What it is for: ``missing-san``, ``hostname-mismatch``, ``bad-wildcard``, ``wrong-usage``, ``ca-as-leaf``."""

from collections.abc import Iterator

from cryptography import x509

from caretaker.core.results import Finding
from functions.cert_check import names
from functions.cert_check.case import Case
from functions.cert_check.paths import FOR_SERVERS


def missing_san(case: Case) -> Iterator[Finding]:
    """The certificate has no subjectAltName: clients no longer look at the common name."""
    if case.leaf.extensions is not None and case.leaf.names is None:
        yield case.finding(
            "missing-san",
            f"{case.leaf} has no subjectAltName, so that no client accepts it for {case.host}",
            f"Issue it again with subjectAltName {case.host}; the common name counts for nothing.",
            case.leaf,
            limit=case.host,
        )


def hostname_mismatch(case: Case) -> Iterator[Finding]:
    """The certificate is for other names."""
    known = case.leaf.names
    if known is None:
        return
    found = names.match(case.host, known)
    if not found.fits and not found.bad_wildcard:
        yield case.finding(
            "hostname-mismatch",
            f"{case.leaf} is not for {case.host}: it is for {names.listed(known)}",
            f"Issue a certificate whose subjectAltName holds {names.in_ascii(case.host)}, or see where the name leads; "
            "where one server has several names, give each its certificate.",
            case.leaf,
            measured=names.listed(known),
            limit=case.host,
        )


def bad_wildcard(case: Case) -> Iterator[Finding]:
    """The certificate is for the name by a wildcard that clients do not accept."""
    known = case.leaf.names
    found = names.match(case.host, known) if known else None
    if found and found.bad_wildcard:
        yield case.finding(
            "bad-wildcard",
            f"{case.leaf} is for {case.host} only by the wildcard {found.bad_wildcard}, which clients do not accept",
            "Issue it for the name itself, or for a wildcard that is the whole leftmost label: *.example.com.",
            case.leaf,
            measured=found.bad_wildcard,
            limit=case.host,
        )


def wrong_usage(case: Case) -> Iterator[Finding]:
    """The certificate is for something else than servers."""
    leaf = case.leaf
    extended = leaf.extension(x509.ExtendedKeyUsage)
    usage = leaf.extension(x509.KeyUsage)
    if extended and FOR_SERVERS not in extended.value:
        lacks = "its extendedKeyUsage lacks serverAuth"
    elif usage and not usage.value.digital_signature:  # all that TLS 1.3 knows, and 1.2 with forward secrecy
        lacks = "its keyUsage lacks digitalSignature"
    else:
        return
    yield case.finding(
        "wrong-usage",
        f"{leaf} is not for servers: {lacks}",
        "Issue it again with keyUsage digitalSignature and extendedKeyUsage serverAuth.",
        leaf,
        measured=lacks,
    )


def ca_as_leaf(case: Case) -> Iterator[Finding]:
    """A server uses the certificate of a CA: whoever breaks into it can issue certificates."""
    if case.leaf.is_ca and not case.leaf.is_self_signed:
        yield case.finding(
            "ca-as-leaf",
            f"{case.leaf} is that of a CA: whoever has its key can issue others",
            "Issue a certificate for the server (basicConstraints CA:FALSE), and take the CA's key off the machine.",
            case.leaf,
        )
