"""Which old protocols a server still accepts, found out by trying each."""

from collections.abc import Iterator

from caretaker.core.network.line import Line
from caretaker.core.results import Finding, Severity
from caretaker.core.targets.certificate import CertificateTarget
from functions.cert_check.handshake import OLD, Hello, Unpresented, shake

_SPOKEN = {"TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1"}
_PATIENCE = 5.0  # seconds for a handshake that should rather fail


def accepted(target: CertificateTarget, address: str) -> list[str]:
    """Return the old protocols in which the server at an address carries a handshake through."""
    found = []
    for name, versions in OLD.items():
        line = Line(address, target.port, min(target.timeout, _PATIENCE))
        try:
            presented = shake(line, Hello(target.server_name or target.host, target.starttls, versions))
        except Unpresented:
            continue
        if presented.protocol == name:
            found.append(name)
    return found


def old_protocol(target: CertificateTarget, accepted: list[str]) -> Iterator[Finding]:
    """The server accepts protocols that have been broken (RFC 8996)."""
    if accepted:
        spoken = " and ".join(_SPOKEN[name] for name in accepted)
        yield Finding(
            "old-protocol",
            Severity.MEDIUM,
            f"{target.endpoint} accepts {spoken}, which attackers can break",
            "Switch them off: ssl_protocols TLSv1.2 TLSv1.3; in nginx.",
            measured=spoken,
            limit="TLS 1.2",
        )
