"""Whether a certificate is revoked: its issuer's lists first, its issuer's answers where no list has one."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import pairwise

from cryptography.x509 import CertificateRevocationList

from functions.cert_check.certificate import Certificate
from functions.cert_check.fetching import Fetch, Unfetched, named
from functions.cert_check.once import Once
from functions.cert_check.paths import Path
from functions.cert_check.revocation import crl, ocsp
from functions.cert_check.revocation.verdict import Unusable, Verdict

Lists = Once[tuple[bytes, bytes], CertificateRevocationList]

_STAPLED = "the server's stapled answer"
_MOST_LISTS = 4  # that one certificate may send us to
_MOST_RESPONDERS = 2


def verdicts(
    path: Path,
    *,
    stapled: bytes,
    known: Mapping[str, Verdict],
    fetch: Fetch,
    lists: Lists,
    at: datetime,
) -> tuple[Verdict, ...]:
    """Return what is known at a time of each certificate of a path but the last, which nobody has signed but itself.

    ``stapled`` is what the server sent about the first one. ``known`` are earlier verdicts by fingerprint.
    """
    return tuple(
        revocation(
            certificate,
            issuer,
            stapled=b"" if position else stapled,
            known=known.get(certificate.fingerprint),
            fetch=fetch,
            lists=lists,
            at=at,
        )
        for position, (certificate, issuer) in enumerate(pairwise(path.certificates))
    )


def revocation(
    certificate: Certificate,
    issuer: Certificate,
    *,
    stapled: bytes,
    known: Verdict | None,
    fetch: Fetch,
    lists: Lists,
    at: datetime,
) -> Verdict:
    """Return what is known at a time of a certificate's revocation.

    ``stapled`` is the OCSP response (DER) that came with it, ``known`` what was known before. ``lists`` are those that
    this run has verified already.
    """
    reasons: list[str] = []
    told = _stapled(stapled, certificate, issuer, at, reasons)
    if told and told.standing == "revoked":
        return told
    before = known if known and known.certificate == certificate.fingerprint else None
    if before and before.is_fresh(at):
        return before
    listed = next(_listed(certificate, issuer, fetch, lists, at, reasons), None)
    found = listed or told or next(_answered(certificate, issuer, fetch, at, reasons), None)
    if found:
        return found
    if before and before.holds(at):
        return before
    if not reasons:
        return Verdict(certificate.fingerprint, "unasked", at)
    return Verdict(certificate.fingerprint, "unknown", at, "; ".join(dict.fromkeys(reasons)))


def _stapled(
    data: bytes, certificate: Certificate, issuer: Certificate, at: datetime, reasons: list[str]
) -> Verdict | None:
    try:
        return ocsp.judge(data, certificate, issuer, at, _STAPLED) if data else None
    except Unusable as error:
        reasons.append(f"{_STAPLED} {error}")
        return None


def _listed(
    certificate: Certificate, issuer: Certificate, fetch: Fetch, lists: Lists, at: datetime, reasons: list[str]
) -> Iterator[Verdict]:
    points = list(crl.points(certificate))
    web = [point for point in points if _is_web(point.url)]
    if points and not web:
        reasons.append(f"its CA's lists are not to be had over HTTP: {named(points[0].url)}")
    for point in web[:_MOST_LISTS]:
        try:
            if point.indirect:
                raise Unusable("is signed by somebody else than the issuer (indirect)")
            data = fetch(point.url, most=crl.MOST)
            verified = lists.get((data, issuer.der), partial(crl.verified, data, issuer))
            yield crl.judge(verified, certificate, point, at)
        except Unfetched as error:
            reasons.append(str(error))
        except Unusable as error:
            reasons.append(f"{named(point.url)} {error}")


def _answered(
    certificate: Certificate, issuer: Certificate, fetch: Fetch, at: datetime, reasons: list[str]
) -> Iterator[Verdict]:
    addresses = ocsp.addresses(certificate)
    for url in [url for url in addresses if _is_web(url)][:_MOST_RESPONDERS]:
        try:
            answer = fetch(url, most=ocsp.MOST, data=ocsp.question(certificate, issuer))
            yield ocsp.judge(answer, certificate, issuer, at, url)
        except Unfetched as error:
            reasons.append(str(error))
        except Unusable as error:
            reasons.append(f"{named(url)} {error}")


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))
