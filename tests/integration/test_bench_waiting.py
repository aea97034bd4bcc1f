"""A bench measures nothing before its peer listens, and says so if that never does."""

import socket
import subprocess
import sys

import pytest

from bench.waiting import serving, until_it_listens

_LISTENS_LATE = """
import socket, sys, time
time.sleep(0.2)
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    while True:
        listener.accept()[0].close()
"""


def test_a_server_that_takes_a_while_is_waited_for_and_ended() -> None:
    with serving(lambda port: [sys.executable, "-c", _LISTENS_LATE, str(port)]) as (port, process):
        socket.create_connection(("127.0.0.1", port)).close()

    assert process.returncode is not None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_server_that_ends_at_once_is_named_with_its_exit_code() -> None:
    with (
        pytest.raises(RuntimeError, match=r"python.* ended with 3 before it listened on port \d+"),
        serving(lambda _: [sys.executable, "-c", "raise SystemExit(3)"]),
    ):
        pytest.fail("nothing listens")


def test_a_server_that_never_listens_is_given_up() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as free,
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process,
    ):
        port = free.getsockname()[1]
        free.close()
        try:
            with pytest.raises(RuntimeError, match=rf"a peer does not listen on port {port} after 0.1 s"):
                until_it_listens(port, process, "a peer", seconds=0.1)
        finally:
            process.terminate()
