"""Rules that hold for all chains, times and defects."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.certs.exhibits.exhibit import SECOND, Exhibit
from functions.cert_check.case import Case
from functions.cert_check.certificate import Certificate, UnreadableCertificate, read
from functions.cert_check.judgement import judge
from functions.cert_check.trust import trust
from tests.unit.cert_check.cases import AT, case, case_of, codes, family, zoo

OF_ORDER = {"wrong-order", "unneeded-certificate"}


@cache
def alien() -> bytes:
    return family().authority("Alien Root", None).der


any_exhibit = st.deferred(lambda: st.sampled_from(zoo()))
any_time = st.datetimes(datetime(1950, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - as it asks


@given(st.binary(max_size=3000))
def test_any_bytes_are_a_certificate_or_said_to_be_none(data: bytes) -> None:
    with pytest.raises(UnreadableCertificate, match=r"\S"):
        read(data)


@settings(max_examples=200)
@given(any_exhibit, st.randoms(use_true_random=False), st.integers(1, 6), any_time)
def test_no_damage_to_a_chain_makes_the_judgement_fail(
    exhibit: Exhibit, chance: random.Random, bytes_changed: int, at: datetime
) -> None:
    chain = list(exhibit.chain)
    for _ in range(bytes_changed):
        which = chance.randrange(len(chain))
        damaged = bytearray(chain[which])
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        chain[which] = bytes(damaged)
    readable: list[Certificate] = []
    reasons = []
    for position, der in enumerate(chain):
        try:
            readable.append(read(der, position))
        except UnreadableCertificate as error:
            reasons.append(str(error))
    assert all(reasons)
    if readable:
        found = list(judge(Case(case(exhibit).target, readable, "TLSv1.3", trust(exhibit.ca), at)))
        assert all((finding.message + finding.fix).isprintable() for finding in found)


@settings(max_examples=150)
@given(any_exhibit, st.data())
def test_neither_order_nor_ballast_changes_what_else_is_found(exhibit: Exhibit, data: st.DataObject) -> None:
    ballast = data.draw(st.lists(st.sampled_from([alien(), *exhibit.chain]), max_size=3))
    others = data.draw(st.permutations([*exhibit.chain[1:], *ballast]))
    moved = replace(exhibit, chain=(exhibit.chain[0], *others))
    before, after = codes(judge(case(exhibit))), codes(judge(case(moved)))
    assert {code: after[code] for code in after.keys() - OF_ORDER} == {
        code: before[code] for code in before.keys() - OF_ORDER
    }


@settings(max_examples=150)
@given(any_exhibit, any_time)
def test_at_any_time_an_end_is_said_exactly_when_it_has_come(exhibit: Exhibit, at: datetime) -> None:
    judged = case(exhibit, at)
    found = codes(judge(judged))
    assert ("expired" in found) == (at > judged.leaf.not_after)
    assert ("not-yet-valid" in found) == (at < judged.leaf.not_before)
    assert not {"expired", "expiring"} <= found.keys()


@settings(max_examples=100)
@given(st.floats(0.5, 900), st.floats(0, 1), st.floats(0, 1))
def test_an_end_that_comes_nearer_never_becomes_less_urgent(days: float, one: float, other: float) -> None:
    leaf = family().leaf_lasting(days, timedelta(0))
    chain = [leaf.der, family().middle.der]
    left = [timedelta(days=days * share) for share in sorted((one, other), reverse=True)]
    earlier, later = (
        codes(judge(case_of(chain, trust(family().root.pem), AT - span))).get("expiring") for span in left
    )
    assert (earlier.rank if earlier else -1) <= (later.rank if later else -1)


@pytest.mark.parametrize(
    ("late", "elsewhere", "alone", "weak", "unfit", "authority", "old"), list(product([False, True], repeat=7))
)
def test_each_defect_is_named_however_many_there_are(
    late: bool, elsewhere: bool, alone: bool, weak: bool, unfit: bool, authority: bool, old: bool
) -> None:
    left, usage = timedelta(days=-1 if late else 30), ExtendedKeyUsageOID
    signer = family().authority("RSA Intermediate", key="rsa2048")
    leaf = family().leaf_lasting(
        45,
        left + SECOND,
        issuer=signer,
        hosts=("other.example",) if elsewhere else ("shop.example",),
        key="rsa1024" if weak else "p256",
        extended_usage=(usage.CLIENT_AUTH if unfit else usage.SERVER_AUTH,),
        is_ca=authority,
        signed_with="sha1" if old else "sha256",
    )
    chain = [leaf.der] if alone else [leaf.der, signer.der]
    wanted = {
        "expired": late,
        "hostname-mismatch": elsewhere,
        "incomplete-chain": alone,
        "weak-key": weak,
        "wrong-usage": unfit,
        "ca-as-leaf": authority,
        "weak-signature": old,
    }
    assert codes(judge(case_of(chain, trust(family().root.pem)))).keys() == {
        code for code, is_so in wanted.items() if is_so
    }
