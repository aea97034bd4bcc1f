"""Posting JSON over HTTPS: what all channels of that sort have in common.

* An attempt must end in time, whatever the other side does.
* Nothing must be sent unencrypted, to anybody whose certificate is not verified, or to where a redirect leads.
* What comes back must never hold the address or a secret of ours.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import LocationValueError

from functions.notify.channels.deadline import within
from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.channels.retry_after import retry_after

_TIMEOUT = (3.05, 10.0)  # seconds for the connection, and between two bytes of the answer
_MOST = 2_000  # bytes of an answer that are read at once
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

# urllib3 warns of an answer's broken headers, and quotes the whole address.
logging.getLogger("urllib3").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: at most the beginning of it."""

    status: int
    text: str
    retry_after: float | None


class _Session(requests.Session):
    """A session that sees no redirects. One that is told not to follow them reads all of the answer, however long."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return that there is none."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Everything that is posted to a receiver for one message: on one connection if it stays open, until ``ends``."""

    receiver: str
    session: requests.Session
    ends: float

    @property
    def left(self) -> float:
        """The seconds that remain."""
        return max(0.0, self.ends - time.monotonic())

    def post(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer | Refused | Retry:
        """Post a JSON document."""
        wrong = _what_is_wrong_with(url)
        if wrong:
            return Refused(f"the address of {self.receiver} {wrong}")
        try:
            return within(self.left, lambda: self._post(url, body, headers or {}))
        except (requests.exceptions.Timeout, TimeoutError):
            return Retry(f"{self.receiver} did not answer in time")
        except requests.exceptions.SSLError:
            return Retry(f"no verified TLS connection to {self.receiver}")
        except (requests.exceptions.InvalidURL, LocationValueError, UnicodeError):
            return Refused(f"the address of {self.receiver} is no URL")
        except OSError as error:  # everything that requests raises is one
            return Retry(f"no connection to {self.receiver}: {type(error).__name__}")

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        with self.session.post(
            url,
            data=body,
            headers={"Content-Type": "application/json", "User-Agent": "Caretaker", **headers},
            timeout=_TIMEOUT,
            stream=True,
        ) as answer:
            # The second look finds the end of a short answer, and the connection can be used again.
            text = b"".join(islice(answer.iter_content(_MOST), 2)).decode("utf-8", "replace")
            return Answer(answer.status_code, text, retry_after(answer.headers.get("Retry-After"), datetime.now(UTC)))


@contextmanager
def attempt(receiver: str, patience: float) -> Iterator[Attempt]:
    """Begin to post, for so many seconds; ``receiver`` is what the other side is called where something goes wrong."""
    with _Session() as session:
        session.trust_env = False  # neither a proxy nor a .netrc of the environment
        yield Attempt(receiver, session, time.monotonic() + patience)


def encoded(document: Mapping[str, object]) -> bytes:
    """Return a JSON document as it is sent; half of a surrogate pair, which nobody takes, becomes a question mark."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def outcome(receiver: str, answer: Answer | Refused | Retry, reason: str = "") -> Outcome:
    """Return what an answer means: done, to be tried again, or never to be taken; ``reason`` is the other side's."""
    if not isinstance(answer, Answer):
        return answer
    said = f"{receiver} answered {answer.status} {reason}".strip()
    if 200 <= answer.status < 300:
        return Sent()
    if 300 <= answer.status < 500 and answer.status not in (408, 425, 429):
        return Refused(said)
    return Retry(said, answer.retry_after)


def _what_is_wrong_with(url: str) -> str:
    try:
        to = urlsplit(url)
    except ValueError:
        return "is no URL"
    if to.scheme != "https" and not (to.scheme == "http" and to.hostname in _LOOPBACK):
        return "does not begin with https://"
    return ""
