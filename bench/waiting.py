"""A server that is a program of its own: started, waited for until it listens, and ended."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

_BETWEEN_LOOKS = 0.05  # seconds: that a port is listened on is told to nobody


@contextmanager
def serving(command: Callable[[int], Sequence[str]]) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Run the command for a free port while the context lasts; give the port, which it listens on, and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = command(port)
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_it_listens(port, process, words[0])
        yield port, process
    finally:
        process.terminate()
        process.wait()


def until_it_listens(port: int, process: "subprocess.Popen[bytes]", name: str, *, seconds: float = 30.0) -> None:
    """Wait until somebody listens on a port of loopback; raise if the process that shall has ended, or takes longer."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        if process.poll() is not None:
            raise RuntimeError(
                f"{name} ended with {process.returncode} before it listened on port {port}: run it by hand"
            )
        time.sleep(_BETWEEN_LOOKS)
    raise RuntimeError(f"{name} does not listen on port {port} after {seconds:g} s: run it by hand")
