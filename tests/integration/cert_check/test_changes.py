"""Other certificates than before: a renewal is noted quietly, another key out of turn is told, machines take turns."""

from dataclasses import replace
from datetime import timedelta

from caretaker.core.results import Status
from caretaker.core.store import timelines
from caretaker.core.store.table import Table
from functions.cert_check import remembering
from tests.authority import AT, DAY, Authority, new_key
from tests.integration.cert_check.running import play, told
from tests.integration.cert_check.seeing import LOWER, ROOT, tls
from tests.presenting import Presenting, presenting
from tests.servers import serve

RUN = timedelta(minutes=5)


def served(issuer: Authority = LOWER, **details: object) -> Presenting:
    """Return a server with a certificate for 60 days from the day before on."""
    key = details.pop("key", None) or new_key()
    leaf = issuer.issue(key=key, **details)  # type: ignore[arg-type] # passed on as they are
    return Presenting(chain=[leaf.der, issuer.certificate.der], key=key)  # type: ignore[arg-type] # it is one


def exchange(endpoint: Presenting, other: Presenting) -> None:
    endpoint.chain, endpoint.key = other.chain, other.key


def test_another_key_long_before_the_end_is_told_after_two_runs_and_ends_after_a_day(near: Table) -> None:
    endpoint = served()
    with serve(endpoint, reads=False) as server:
        target = tls(server.port)
        assert told(play(near, AT, target)) == []
        exchange(endpoint, served())
        assert told(play(near, AT + RUN, target)) == []
        ran = play(near, AT + 2 * RUN, target)
        assert told(ran) == ["opened medium unexpected-change"]
        assert ran.told[0].summary == (
            f"the key of 127.0.0.1:{server.port} changed on 2026-11-21, 60 days before the certificate before "
            "would have ended"
        )
        assert told(play(near, AT + DAY, target)) == []
        assert told(play(near, AT + DAY + RUN, target)) == ["resolved medium"]


def test_another_issuer_is_named(near: Table) -> None:
    other = Authority("Other", above=ROOT, usage=LOWER.usage, organization="Another CA")
    endpoint = served(key=(key := new_key()))
    with serve(endpoint, reads=False) as server:
        play(near, AT, tls(server.port))
        exchange(endpoint, served(other, key=key))
        play(near, AT + RUN, tls(server.port))
        (opened,) = play(near, AT + 2 * RUN, tls(server.port)).told
    assert opened.summary.startswith(f"the issuer of 127.0.0.1:{server.port} changed")
    assert opened.findings[0].measured == "issuer Another CA"


def test_the_same_key_again_is_no_change(near: Table) -> None:
    endpoint = served(key=(key := new_key()))
    with serve(endpoint, reads=False) as server:
        play(near, AT, tls(server.port))
        exchange(endpoint, served(key=key))
        ran = [play(near, AT + RUN * number, tls(server.port)) for number in (1, 2, 3)]
    assert [told(one) for one in ran] == [[], [], []]


def test_a_renewal_is_noted_in_its_timeline_once_and_told_to_nobody(near: Table) -> None:
    endpoint = served(end=AT + 20 * DAY, begin=AT - 70 * DAY)
    with serve(endpoint, reads=False) as server:
        target = tls(server.port)
        play(near, AT - 10 * DAY, target)
        assert list(timelines.renewals(near, "cert/app")) == []
        exchange(endpoint, served(end=AT + 80 * DAY, begin=AT - 10 * DAY))
        for at in (AT - 10 * DAY + RUN, AT - 10 * DAY + RUN, AT - 10 * DAY, AT - 10 * DAY + 2 * RUN):
            assert told(play(near, at, target)) == []
    (entry,) = timelines.renewals(near, "cert/app")
    assert (entry.at, entry.what) == (AT - 10 * DAY + RUN, "renewed")
    assert entry.text.endswith(" until 2027-02-09")
    assert " until 2026-12-11 was replaced by " in entry.text


def test_two_certificates_that_are_served_in_turns_never_alarm_nor_call_for_a_full_look_again(near: Table) -> None:
    machines = [served(), served()]
    turns = 0

    def in_turns(connection: object, head: bytes) -> None:
        nonlocal turns
        turns += 1
        machines[turns % 2](connection, head)  # type: ignore[arg-type] # it is a connection

    with serve(in_turns, reads=False) as server:
        target = tls(server.port)
        ran = [play(near, AT + RUN * number, target) for number in range(12)]
        connections = server.connections
        play(near, AT + RUN * 12, target)
        assert server.connections - connections <= 3
    assert [told(one) for one in ran] == [[]] * 12
    assert {result.status for one in ran for result in one.results} == {Status.OK}


def test_a_name_that_moves_to_another_endpoint_begins_anew(near: Table) -> None:
    with serve(served(), reads=False) as before, serve(served(), reads=False) as after:
        play(near, AT, tls(before.port))
        ran = [play(near, AT + RUN * number, tls(after.port)) for number in (1, 2)]
    assert [told(one) for one in ran] == [[], []]
    assert remembering.load(near)["cert/app"].before is None
    assert list(timelines.renewals(near, "cert/app")) == []


def test_another_name_at_the_same_port_begins_anew(near: Table) -> None:
    with serve(presenting(LOWER, hosts=("app.example.com", "b.example.com")), reads=False) as server:
        play(near, AT, tls(server.port))
        play(near, AT + RUN, replace(tls(server.port), server_name="b.example.com"))
    assert remembering.load(near)["cert/app"].endpoint == f"127.0.0.1:{server.port} as b.example.com"
