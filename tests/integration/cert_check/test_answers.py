import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.cert_check.answers import Answers
from functions.cert_check.fetching import Fetch, Unfetched
from tests.servers import Server, hang, reply, serve

RUNTIME = "127.0.0.1:9001"


def why_not(url: str, get: Fetch, most: int = 1000) -> str:
    with pytest.raises(Unfetched) as unfetched:
        get(url, most=most)
    return str(unfetched.value)


def test_many_who_want_the_same_list_at_once_cause_one_request() -> None:
    together = threading.Barrier(8)
    answers = Answers(RUNTIME)

    def one(server: Server) -> bytes:
        together.wait()
        return answers.fetcher(ends=time.monotonic() + 5, reached_from="127.0.0.1")(server.url(), most=100)

    with serve(reply(b"a list")) as server, ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, [server] * 8)) == {b"a list"}
        assert server.connections == 1


def test_a_failure_is_not_asked_for_again_in_the_same_run() -> None:
    answers = Answers(RUNTIME)
    with serve(reply(b"", "503 Busy")) as server:
        get = answers.fetcher(ends=time.monotonic() + 5, reached_from="127.0.0.1")
        assert why_not(server.url(), get) == why_not(server.url(), get)
        assert server.connections == 1


def test_nobody_waits_for_what_another_one_fetches_beyond_his_own_deadline() -> None:
    answers = Answers(RUNTIME)
    with serve(hang) as server, ThreadPoolExecutor(1) as pool:
        patient = answers.fetcher(ends=time.monotonic() + 1.0, reached_from="127.0.0.1")
        first = pool.submit(why_not, server.url(), patient)
        while not server.connections:
            time.sleep(0.01)
        hasty = answers.fetcher(ends=time.monotonic() + 0.1, reached_from="127.0.0.1")
        assert "in time" in why_not(server.url(), hasty)
        assert not first.done()


@pytest.mark.parametrize("elsewhere", ["93.184.215.14", "10.0.0.1", ""])
def test_what_an_endpoint_may_fetch_is_not_given_to_one_that_may_not(elsewhere: str) -> None:
    answers = Answers(RUNTIME)
    here, there = (answers.fetcher(ends=time.monotonic() + 5, reached_from=each) for each in ("127.0.0.1", elsewhere))
    with serve(reply(b"inside")) as server:
        assert "own machine" in why_not(server.url(), there)
        assert here(server.url(), most=100) == b"inside"
        assert "own machine" in why_not(server.url(), there)
        assert server.connections == 1


def test_all_that_is_fetched_in_a_run_has_a_limit_and_what_failed_does_not_count() -> None:
    answers = Answers(RUNTIME, most=1000)
    get = answers.fetcher(ends=time.monotonic() + 5, reached_from="127.0.0.1")
    with serve(reply(b"x" * 600)) as server:
        assert "larger than 100 bytes" in why_not(server.url("/too-large"), get, most=100)
        assert len(get(server.url("/1"), most=1000)) == 600
        assert "too much was fetched in this run" in why_not(server.url("/2"), get)
