from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from cryptography.x509 import ReasonFlags
from cryptography.x509.ocsp import OCSPCertStatus

from functions.cert_check.certificate import Certificate
from functions.cert_check.fetching import Unfetched
from functions.cert_check.once import Once
from functions.cert_check.paths import Path
from functions.cert_check.revocation.check import Lists, revocation, verdicts
from functions.cert_check.revocation.verdict import Verdict
from tests.authority import AT, DAY, Authority, point

LIST = "http://crl.example.com/1.crl"
OTHER_LIST = "http://crl.example.com/2.crl"
ASKED = "http://ocsp.example.com/?k=s3cret"
CA = Authority()
LEAF = CA.issue(lists_at=(point(LIST),), asked_at=(ASKED,))
REVOKED = CA.answer(LEAF, OCSPCertStatus.REVOKED, reason=ReasonFlags.superseded)


@dataclass
class Web:
    """What can be fetched; what is not here does not answer."""

    pages: Mapping[str, bytes]
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str, *, most: int, data: bytes = b"") -> bytes:
        self.asked.append(url)
        if url not in self.pages:
            raise Unfetched(f"{url.partition('?')[0]}: no connection")
        return self.pages[url]


def look(
    pages: Mapping[str, bytes] | Web,
    certificate: Certificate = LEAF,
    stapled: bytes = b"",
    known: Verdict | None = None,
) -> Verdict:
    web = pages if isinstance(pages, Web) else Web(pages)
    lists: Lists = Once()
    return revocation(certificate, CA.certificate, stapled=stapled, known=known, fetch=web, lists=lists, at=AT)


def test_a_list_that_answers_is_enough() -> None:
    web = Web({LIST: CA.list_of(), ASKED: REVOKED})
    assert look(web).source == LIST
    assert web.asked == [LIST]


@pytest.mark.parametrize(
    "page",
    [None, b"garbage", CA.list_of(made=AT - 9 * DAY, renewed=AT - DAY), Authority().list_of()],
    ids=["no answer", "garbage", "stale", "signed by another"],
)
def test_the_ca_is_asked_where_no_list_answers(page: bytes | None) -> None:
    found = look({ASKED: REVOKED} | ({LIST: page} if page is not None else {}))
    assert (found.standing, found.source, found.reason) == ("revoked", ASKED, "superseded")


def test_the_second_list_is_fetched_where_the_first_does_not_answer() -> None:
    leaf = CA.issue(lists_at=(point(LIST, OTHER_LIST),))
    assert look({OTHER_LIST: CA.list_of()}, leaf).source == OTHER_LIST


def test_of_a_swarm_of_addresses_only_the_first_are_asked() -> None:
    many = tuple(f"http://crl.example.com/{number}" for number in range(200))
    web = Web({})
    look(web, CA.issue(lists_at=(point(*many),), asked_at=many))
    assert len(web.asked) == 6


def test_a_certificate_that_names_nobody_is_left_alone() -> None:
    assert look({}, CA.issue()).standing == "unasked"


def test_what_nobody_answers_is_unknown_with_every_reason_and_without_what_may_be_secret() -> None:
    found = look({LIST: b"garbage"})
    assert found.standing == "unknown"
    assert found.reason == (
        "http://crl.example.com/1.crl is no list of revoked certificates; http://ocsp.example.com/: no connection"
    )
    assert "s3cret" not in look({ASKED: b"garbage"}).reason


def test_a_list_that_is_only_in_a_directory_is_unknown() -> None:
    found = look({}, CA.issue(lists_at=(point("ldap:///cn=x"),)))
    assert found.standing == "unknown"
    assert "not to be had over HTTP" in found.reason


def test_a_list_that_somebody_else_signs_is_unknown_and_not_fetched() -> None:
    web = Web({LIST: CA.list_of()})
    found = look(web, CA.issue(lists_at=(point(LIST, issuer="Another CA"),)))
    assert (found.standing, web.asked) == ("unknown", [])
    assert "indirect" in found.reason


def test_a_stapled_revocation_counts_before_anything_is_asked() -> None:
    web = Web({LIST: CA.list_of()})
    known = Verdict(LEAF.fingerprint, "good", AT, until=AT + DAY)
    assert look(web, stapled=REVOKED, known=known).standing == "revoked"
    assert web.asked == []


def test_a_good_stapled_answer_saves_asking_the_ca_but_not_the_list() -> None:
    web = Web({})
    assert look(web, stapled=CA.answer(LEAF)).source == "the server's stapled answer"
    assert web.asked == [LIST]
    assert look({LIST: CA.list_of((LEAF, None))}, stapled=CA.answer(LEAF)).standing == "revoked"


def test_a_stapled_answer_that_is_garbage_does_no_harm() -> None:
    assert look({LIST: CA.list_of()}, stapled=b"garbage").standing == "good"
    assert "stapled answer gives an answer that cannot be read" in look({}, stapled=b"garbage").reason


KNOWN = Verdict(LEAF.fingerprint, "good", AT - DAY / 2, until=AT + DAY, source=LIST)


def test_what_is_known_is_not_asked_again_within_a_day() -> None:
    web = Web({LIST: CA.list_of((LEAF, None))})
    assert look(web, known=KNOWN) == KNOWN
    assert web.asked == []


def test_after_a_day_it_is_asked_again() -> None:
    known = replace(KNOWN, asked_at=AT - DAY)
    assert look({LIST: CA.list_of((LEAF, None))}, known=known).standing == "revoked"


def test_what_is_known_stands_while_it_holds_and_nobody_answers() -> None:
    known = replace(KNOWN, asked_at=AT - 2 * DAY)
    assert look({}, known=known) == known
    assert look({}, known=replace(known, until=AT - DAY)).standing == "unknown"


def test_what_is_known_to_be_revoked_stays_so_whatever_is_said_now() -> None:
    known = Verdict(LEAF.fingerprint, "revoked", AT - 99 * DAY, "keyCompromise", AT - 100 * DAY, AT - 98 * DAY)
    assert look({LIST: CA.list_of()}, known=known) == known


def test_what_is_known_of_another_certificate_counts_for_nothing() -> None:
    known = Verdict(CA.issue().fingerprint, "revoked", AT - DAY)
    assert look({LIST: CA.list_of()}, known=known).standing == "good"


def test_every_certificate_of_a_path_but_the_last_is_asked_about() -> None:
    lower = Authority("Lower", above=CA)
    below = lower.issue(lists_at=(point(LIST),))
    path = Path((below, lower.certificate, CA.certificate), trusted=True)
    known = {below.fingerprint: Verdict(below.fingerprint, "good", AT - DAY / 2, until=AT + DAY)}
    lists: Lists = Once()
    found = verdicts(path, stapled=b"", known=known, fetch=Web({}), lists=lists, at=AT)
    assert found == (known[below.fingerprint], Verdict(lower.certificate.fingerprint, "unasked", AT))


def test_what_is_stapled_is_about_the_first_certificate_only() -> None:
    lower = Authority("Lower", above=CA)
    below = lower.issue()
    path = Path((below, lower.certificate, CA.certificate), trusted=True)
    lists: Lists = Once()
    found = verdicts(path, stapled=lower.answer(below), known={}, fetch=Web({}), lists=lists, at=AT)
    assert [verdict.standing for verdict in found] == ["good", "unasked"]
