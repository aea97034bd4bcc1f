"""What is remembered of an endpoint: the certificates that it served, and what its last full look found."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from caretaker.core.codes import CODES
from caretaker.core.results import Finding, moment, timestamp
from functions.cert_check.certificate import Certificate, read
from functions.cert_check.revocation.verdict import Verdict

FULL_EVERY = timedelta(hours=6)
_REMEMBERED = 6  # certificates of one endpoint: machines behind one name may serve different ones


@dataclass(frozen=True, slots=True)
class Known:
    """A certificate that was served. ``last_seen`` is when another one took its place, None for the present one."""

    fingerprint: str
    key: str
    organization: str
    not_before: datetime
    not_after: datetime
    first_seen: datetime
    last_seen: datetime | None = None

    @property
    def lifetime(self) -> float:
        """The seconds for which it is valid."""
        return (self.not_after - self.not_before).total_seconds()

    def left(self, at: datetime) -> float:
        """Return the seconds between a moment and its end."""
        return (self.not_after - at).total_seconds()

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "fingerprint": self.fingerprint,
            "key": self.key,
            "organization": self.organization,
            "not_before": timestamp(self.not_before),
            "not_after": timestamp(self.not_after),
            "first_seen": timestamp(self.first_seen),
            "last_seen": None if self.last_seen is None else timestamp(self.last_seen),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Known":
        """Return what ``to_json`` wrote."""
        return cls(
            stored["fingerprint"],
            stored["key"],
            stored["organization"],
            moment(stored["not_before"]),
            moment(stored["not_after"]),
            moment(stored["first_seen"]),
            None if stored["last_seen"] is None else moment(stored["last_seen"]),
        )


def known_form(certificate: Certificate, at: datetime) -> Known:
    """Return what is remembered of a certificate that is served since ``at``."""
    return Known(
        certificate.fingerprint,
        certificate.key_fingerprint,
        certificate.issuer_organization,
        certificate.not_before,
        certificate.not_after,
        at,
    )


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of an endpoint: its certificates, the present one first, and the full look.

    ``full_at`` is when that took place, ``found`` what it found beside the certificates themselves. ``revocations``
    are the verdicts of CRLs and OCSP by fingerprint; ``fetched`` are issuers that the server does not send.
    ``endpoint`` is where all of that was seen.
    """

    endpoint: str = ""
    served: tuple[Known, ...] = ()
    full_at: datetime | None = None
    found: tuple[Finding, ...] = ()
    revocations: Mapping[str, Verdict] = field(default_factory=dict)
    fetched: tuple[Certificate, ...] = ()

    @property
    def present(self) -> Known | None:
        """The certificate that was served last."""
        return self.served[0] if self.served else None

    @property
    def before(self) -> Known | None:
        """The certificate that the present one took the place of."""
        return max(self.served[1:], key=lambda known: known.last_seen or known.first_seen, default=None)

    def is_full_look_due(self, certificate: Certificate, at: datetime) -> bool:
        """Whether an endpoint that serves this certificate is to be looked at in full."""
        # Machines behind one name may take turns with theirs: what was looked at in full is not new again.
        is_new = all(known.fingerprint != certificate.fingerprint for known in self.served)
        if is_new or self.full_at is None or at - self.full_at >= FULL_EVERY:
            return True
        # What one look found must be seen by another one before it counts, and its end must not wait for hours.
        return at > self.full_at and any(finding.status.is_bad for finding in self.found)

    def seeing(self, certificate: Certificate, at: datetime) -> "Memory":
        """Return the memory after this certificate was served."""
        present = self.present
        if present and present.fingerprint == certificate.fingerprint:
            return self
        others = [known for known in self.served if known.fingerprint != certificate.fingerprint]
        again = next((known for known in self.served if known.fingerprint == certificate.fingerprint), None)
        if present:
            others = [replace(known, last_seen=at) if known is present else known for known in others]
        now = replace(again, last_seen=None) if again else known_form(certificate, at)
        return replace(self, served=(now, *others)[:_REMEMBERED])

    def to_json(self) -> dict[str, Any]:
        """Return the memory as it is stored."""
        return {
            "endpoint": self.endpoint,
            "served": [known.to_json() for known in self.served],
            "full_at": None if self.full_at is None else timestamp(self.full_at),
            "found": [finding.to_json() for finding in self.found],
            "revocations": {fingerprint: verdict.to_json() for fingerprint, verdict in self.revocations.items()},
            "fetched": [b64encode(certificate.der).decode("ascii") for certificate in self.fetched],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Memory":
        """Return the memory that ``to_json`` wrote."""
        return cls(
            stored["endpoint"],
            tuple(Known.from_json(known) for known in stored["served"]),
            None if stored["full_at"] is None else moment(stored["full_at"]),
            tuple(_finding(finding) for finding in stored["found"]),
            {fingerprint: Verdict.from_json(kept) for fingerprint, kept in stored["revocations"].items()},
            tuple(read(b64decode(der)) for der in stored["fetched"]),
        )


def _finding(stored: Mapping[str, Any]) -> Finding:
    finding = Finding.from_json(stored)
    if finding.code not in CODES:
        raise ValueError(f"nobody knows the code {finding.code}")
    return finding
