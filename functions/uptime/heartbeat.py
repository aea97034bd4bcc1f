"""The outgoing heartbeat: somebody outside hears that runs take place, and misses them when an account is dead.

The address is one as healthchecks.io gives them: it is asked for as it is when a run has ended, with ``/start`` behind
it when one begins, and with ``/fail`` when one could not be carried out.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pycurl

from caretaker.core.network.roots import bundle
from caretaker.core.secrets import Reader, SecretUnavailable, references, substitute
from caretaker.core.telemetry import logger
from functions.uptime.transfer import USER_AGENT

_PATIENCE = 3_000  # milliseconds for one request, all of it
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Ping = Callable[[str], str]


@contextmanager
def beating(address: str, read: Reader, ping: "Ping | None" = None) -> Iterator[None]:
    """Tell the listener how the run inside goes. What goes wrong with that is one line of log, and never a failure.

    ``address`` may hold references and is empty where nobody listens. ``ping`` asks for an address and returns what
    is wrong, or nothing.
    """
    if not address:
        yield
        return
    listener = _Listener(address, read, ping or get)
    listener.tell("/start")
    try:
        yield
    except BaseException:
        listener.tell("/fail")
        raise
    else:
        listener.tell("")
    finally:
        listener.log()


class _Listener:
    """Who hears the heartbeats; remembers what was wrong last."""

    def __init__(self, address: str, read: Reader, ping: Ping) -> None:
        self._ping = ping
        self._wrong = ""
        self._address = ""
        try:
            self._address = str(substitute(address, read(references(address))))
        except SecretUnavailable as missing:
            self._wrong = str(missing)

    def tell(self, what: str) -> None:
        if self._address:
            self._wrong = self._ping(_with_path(self._address, what)) or self._wrong

    def log(self) -> None:
        if self._wrong:
            logger.warning("the heartbeat was not heard", metadata={"reason": self._wrong})


def get(url: str) -> str:
    """Ask for an address; return what is wrong, without the address, for it may be secret."""
    try:
        to = urlsplit(url)
        if to.scheme != "https" and not (to.scheme == "http" and to.hostname in _LOOPBACK):
            return "its address does not begin with https://"
        status = _status(url)
    except (ValueError, UnicodeError):
        return "its address is no URL"
    except pycurl.error as error:
        return f"no answer (libcurl's error {error.args[0]})"
    return "" if 200 <= status < 300 else f"it answered {status}"


def _status(url: str) -> int:
    curl = pycurl.Curl()
    try:
        curl.setopt(pycurl.URL, url.encode("ascii"))
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.PROXY, "")
        curl.setopt(pycurl.CAINFO, bundle(""))
        curl.setopt(pycurl.USERAGENT, USER_AGENT)
        curl.setopt(pycurl.TIMEOUT_MS, _PATIENCE)
        curl.setopt(pycurl.WRITEFUNCTION, len)  # read and thrown away, up to the deadline
        curl.perform()
        return int(curl.getinfo(pycurl.RESPONSE_CODE))
    finally:
        curl.close()


def _with_path(address: str, what: str) -> str:
    """Return an address with something behind its path, in front of its query."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + what if what else parts.path))
