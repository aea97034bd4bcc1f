"""Many exchanges at once: libcurl's multi interface, driven by one event loop.

* A look under way must use a connection of its own, and none must be used twice.
* What this process noticed late, because it was busy with other looks, must not count as the server's slowness.
"""

import os
import select
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

import pycurl

from functions.uptime.lags import Lags

_EVENTS = {
    pycurl.POLL_IN: select.POLLIN,
    pycurl.POLL_OUT: select.POLLOUT,
    pycurl.POLL_INOUT: select.POLLIN | select.POLLOUT,
}


@dataclass(slots=True)
class Ended:
    """An exchange that is over: ``code`` is 0 or libcurl's error; ``at`` is when it was (``time.monotonic``)."""

    curl: pycurl.Curl
    code: int
    text: str
    at: float


class Engine:
    """libcurl's multi handle, its sockets and its timer. Use it with ``with``."""

    def __init__(self) -> None:
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_PIPELINING, 0)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._timer)
        self._sockets = select.poll()  # of at most some hundred: asking for all costs less than telling of each change
        self._due: float | None = None
        self.lags = Lags()
        self.is_idle = True  # whether the last step found nothing to do
        self._begun: set[pycurl.Curl] = set()
        self._idle: list[pycurl.Curl] = []
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        os.set_blocking(self._write_end, False)
        self._sockets.register(self._read_end, select.POLLIN)

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for curl in self._begun:
            self._multi.remove_handle(curl)
            curl.close()
        for curl in self._idle:
            curl.close()
        self._multi.close()
        os.close(self._read_end)
        write_end, self._write_end = self._write_end, -1
        os.close(write_end)

    def wake(self) -> None:
        """End a ``step`` that is waiting; any thread may call this."""
        with suppress(OSError):  # the pipe is full, so that the loop wakes anyway, or the round is over
            os.write(self._write_end, b"\0")

    @property
    def under_way(self) -> int:
        """How many exchanges have begun and are not over."""
        return len(self._begun)

    def begin(self, prepare: Callable[[pycurl.Curl], None]) -> pycurl.Curl:
        """Begin an exchange on a clean handle that ``prepare`` sets up, and return the handle."""
        curl = self._idle.pop() if self._idle else pycurl.Curl()
        prepare(curl)
        self._multi.add_handle(curl)
        self._begun.add(curl)
        return curl

    def abandon(self, curl: pycurl.Curl) -> None:
        """End an exchange that nobody waits for any more."""
        if curl in self._begun:
            self._begun.discard(curl)
            self._multi.remove_handle(curl)
            curl.close()

    def release(self, curl: pycurl.Curl) -> None:
        """Take a handle back when its exchange has been read."""
        curl.reset()
        self._idle.append(curl)

    def step(self, longest: float) -> list[Ended]:
        """Let what is ready go on, waiting for it no longer than these seconds; return what is over."""
        if self._due is not None:
            longest = min(longest, self._due - time.monotonic())
        before = time.monotonic()
        ready = self._sockets.poll(max(0.0, longest) * 1000)
        self.lags.looked(before, time.monotonic())
        self.is_idle = not ready
        for descriptor, events in ready:
            if descriptor == self._read_end:
                self._drain()
            else:
                self._multi.socket_action(descriptor, _action(events))
        if self._due is not None and time.monotonic() >= self._due:
            self._due = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        return self._over()

    def _over(self) -> list[Ended]:
        over: list[Ended] = []
        at = time.monotonic()
        left = 1
        while left:
            left, done, failed = self._multi.info_read()
            over += [Ended(curl, 0, "", at) for curl in done]
            over += [Ended(curl, code, text, at) for curl, code, text in failed]
        for ended in over:
            self._begun.discard(ended.curl)
            self._multi.remove_handle(ended.curl)
        return over

    def _drain(self) -> None:
        try:
            while os.read(self._read_end, 4096):
                pass
        except BlockingIOError:
            return

    def _socket(self, what: int, descriptor: int, _multi: object, _data: object) -> None:
        if what == pycurl.POLL_REMOVE:
            with suppress(KeyError):  # it was never watched
                self._sockets.unregister(descriptor)
        else:
            self._sockets.register(descriptor, _EVENTS[what])

    def _timer(self, milliseconds: int) -> None:
        self._due = None if milliseconds < 0 else time.monotonic() + milliseconds / 1000


def _action(events: int) -> int:
    """Return what libcurl is told of a socket: an error, or the peer's end, shows in reading and in writing."""
    action = 0
    if events & ~select.POLLOUT:
        action |= pycurl.CSELECT_IN
    if events & ~select.POLLIN:
        action |= pycurl.CSELECT_OUT
    return action
