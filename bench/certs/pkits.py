"""NIST's suite of certification paths (PKITS), judged by OpenSSL, by cryptography, and by both as Caretaker does.

The vectors are those of the package cryptography-vectors; whether a path is valid is part of its test's name. Left out
are the tests that only revocation lists decide (sections 4.4, 4.14, 4.15, and some of 4.5 and 4.7), which have tests
of their own, those that only certificate policies decide (4.8 to 4.12), which TLS clients do not ask for, and the one
of inherited DSA parameters (4.1.5), which cryptography does not read.

Source: https://csrc.nist.gov/projects/pki-testing (Public Key Interoperability Test Suite 1.0.1).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files

from caretaker.core.results import Severity
from functions.cert_check.case import Case
from functions.cert_check.certificate import Certificate, UnreadableCertificate, read
from functions.cert_check.judgement import judge
from functions.cert_check.trust import Trust
from functions.cert_check.validators import by_openssl, by_web_pki
from tests.samples import certificate_target

AT = datetime(2026, 11, 21, tzinfo=UTC)
_OF_PATHS = frozenset(
    {"expired", "not-yet-valid", "untrusted-root", "incomplete-chain", "chain-expired", "name-constraint", "bad-chain"}
)
_SECTIONS = {
    "4.1 signatures": "ValidCertificatePathTest1 InvalidCASignatureTest2 InvalidEESignatureTest3 "
    "ValidDSASignaturesTest4 InvalidDSASignatureTest6",
    "4.2 dates": "InvalidCAnotBeforeDateTest1 InvalidEEnotBeforeDateTest2 Validpre2000UTCnotBeforeDateTest3 "
    "ValidGeneralizedTimenotBeforeDateTest4 InvalidCAnotAfterDateTest5 InvalidEEnotAfterDateTest6 "
    "Invalidpre2000UTCEEnotAfterDateTest7 ValidGeneralizedTimenotAfterDateTest8",
    "4.3 name chaining": "InvalidNameChainingTest1 InvalidNameChainingOrderTest2 ValidNameChainingWhitespaceTest3 "
    "ValidNameChainingWhitespaceTest4 ValidNameChainingCapitalizationTest5 ValidNameUIDsTest6 "
    "ValidRFC3280MandatoryAttributeTypesTest7 ValidRFC3280OptionalAttributeTypesTest8 ValidUTF8StringEncodedNamesTest9 "
    "ValidRolloverfromPrintableStringtoUTF8StringTest10 ValidUTF8StringCaseInsensitiveMatchTest11",
    "4.5 self-issued": "ValidBasicSelfIssuedOldWithNewTest1 ValidBasicSelfIssuedNewWithOldTest3 "
    "ValidBasicSelfIssuedNewWithOldTest4 ValidBasicSelfIssuedCRLSigningKeyTest6",
    "4.6 basic constraints": "InvalidMissingbasicConstraintsTest1 InvalidcAFalseTest2 InvalidcAFalseTest3 "
    "ValidbasicConstraintsNotCriticalTest4 InvalidpathLenConstraintTest5 InvalidpathLenConstraintTest6 "
    "ValidpathLenConstraintTest7 ValidpathLenConstraintTest8 InvalidpathLenConstraintTest9 "
    "InvalidpathLenConstraintTest10 InvalidpathLenConstraintTest11 InvalidpathLenConstraintTest12 "
    "ValidpathLenConstraintTest13 ValidpathLenConstraintTest14 ValidSelfIssuedpathLenConstraintTest15 "
    "InvalidSelfIssuedpathLenConstraintTest16 ValidSelfIssuedpathLenConstraintTest17",
    "4.7 key usage": "InvalidkeyUsageCriticalkeyCertSignFalseTest1 InvalidkeyUsageNotCriticalkeyCertSignFalseTest2 "
    "ValidkeyUsageNotCriticalTest3",
    "4.13 name constraints": "ValidDNnameConstraintsTest1 InvalidDNnameConstraintsTest2 InvalidDNnameConstraintsTest3 "
    "ValidDNnameConstraintsTest4 ValidDNnameConstraintsTest5 ValidDNnameConstraintsTest6 "
    "InvalidDNnameConstraintsTest7 InvalidDNnameConstraintsTest8 InvalidDNnameConstraintsTest9 "
    "InvalidDNnameConstraintsTest10 ValidDNnameConstraintsTest11 InvalidDNnameConstraintsTest12 "
    "InvalidDNnameConstraintsTest13 ValidDNnameConstraintsTest14 InvalidDNnameConstraintsTest15 "
    "InvalidDNnameConstraintsTest16 InvalidDNnameConstraintsTest17 ValidDNnameConstraintsTest18 "
    "ValidDNnameConstraintsTest19 InvalidDNnameConstraintsTest20 ValidRFC822nameConstraintsTest21 "
    "InvalidRFC822nameConstraintsTest22 ValidRFC822nameConstraintsTest23 InvalidRFC822nameConstraintsTest24 "
    "ValidRFC822nameConstraintsTest25 InvalidRFC822nameConstraintsTest26 ValidDNandRFC822nameConstraintsTest27 "
    "InvalidDNandRFC822nameConstraintsTest28 InvalidDNandRFC822nameConstraintsTest29 ValidDNSnameConstraintsTest30 "
    "InvalidDNSnameConstraintsTest31 ValidDNSnameConstraintsTest32 InvalidDNSnameConstraintsTest33 "
    "ValidURInameConstraintsTest34 InvalidURInameConstraintsTest35 ValidURInameConstraintsTest36 "
    "InvalidURInameConstraintsTest37 InvalidDNSnameConstraintsTest38",
    "4.16 extensions": "ValidUnknownNotCriticalCertificateExtensionTest1 "
    "InvalidUnknownCriticalCertificateExtensionTest2",
}


@dataclass(frozen=True)
class PathTest:
    """One test of the suite. ``refused`` are the reasons of those who refuse the path, by who they are."""

    section: str
    name: str
    refused: Mapping[str, str]

    @property
    def is_valid(self) -> bool:
        """Whether the path is to be accepted."""
        return self.name.startswith("Valid")

    def agrees(self, judge: str) -> bool:
        """Whether somebody judges as the suite does."""
        return (judge not in self.refused) == self.is_valid


def path_tests() -> Iterator[PathTest]:
    """Yield the tests of the suite that are about paths, each judged by everybody."""
    pool = _pool()
    root = pool["TrustAnchorRootCertificate"]
    by_subject = defaultdict(list)
    for name, certificate in pool.items():
        if not name.endswith("EE") and certificate != root:
            by_subject[certificate.subject].append(certificate)
    for section, names in _SECTIONS.items():
        for name in names.split():
            leaf = pool[f"{name}EE"]
            yield PathTest(section, name, _refusals(leaf, _above(leaf, by_subject), root))


def _pool() -> dict[str, Certificate]:
    """Return the suite's certificates that can be read."""
    found = {}
    for file in (files("cryptography_vectors") / "x509" / "PKITS_data" / "certs").iterdir():
        with suppress(UnreadableCertificate):
            found[file.name.removesuffix(".crt")] = read(file.read_bytes())
    return found


def _above(leaf: Certificate, by_subject: Mapping[bytes, Sequence[Certificate]]) -> list[Certificate]:
    """Return the certificates whose names lead from one towards the root."""
    found: list[Certificate] = []
    waiting = [leaf]
    while waiting:
        further = [one for one in by_subject.get(waiting.pop().issuer, ()) if one not in found]
        found += further
        waiting += further
    return found


def _refusals(leaf: Certificate, above: Sequence[Certificate], root: Certificate) -> dict[str, str]:
    trusted = Trust.of((), own=(root,))
    openssl = by_openssl(leaf, above, trusted, AT)
    strict = by_openssl(leaf, above, trusted, AT, is_strict=True)
    web_pki = by_web_pki(leaf, above, trusted, AT)
    chain = [read(one.der, position) for position, one in enumerate((leaf, *above))]
    case = Case(certificate_target(), chain, "TLSv1.3", trusted, AT)
    ours = [
        finding.message for finding in judge(case) if finding.code in _OF_PATHS and finding.severity is not Severity.LOW
    ]
    everybody = {
        "OpenSSL": openssl[0] if openssl else "",
        "OpenSSL, strict": strict[0] if strict else "",
        "cryptography": web_pki,
        "both": (openssl[0] if openssl else "") or web_pki,
        "Caretaker": "; ".join(ours),
    }
    return {who: reason for who, reason in everybody.items() if reason}
