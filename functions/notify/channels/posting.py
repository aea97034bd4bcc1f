"""Posting JSON over HTTPS: what all channels of that sort have in common.

* An attempt must end in time, whatever the other side does.
* What comes back must never hold the address or a secret.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

import requests

from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.channels.retry_after import retry_after

PATIENCE = 12.0  # seconds for a whole attempt
_TIMEOUT = (3.05, 10.0)  # seconds for the connection, and between two bytes of the answer
_MOST = 2_000  # bytes of an answer that are read
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: at most the beginning of it."""

    status: int
    text: str
    retry_after: float | None


def post(receiver: str, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer | Refused | Retry:
    """Post a JSON document; ``receiver`` is what the other side is called in what went wrong."""
    to = urlsplit(url)
    if to.scheme != "https" and to.hostname not in _LOOPBACK:
        return Refused(f"the address of {receiver} does not begin with https://")
    done: SimpleQueue[Answer | Refused | Retry] = SimpleQueue()
    # requests limits each read, not the whole: a thread that is given up does that.
    arguments = (receiver, url, body, {"Content-Type": "application/json", **(headers or {})}, done)
    threading.Thread(target=_post, args=arguments, daemon=True).start()
    try:
        return done.get(timeout=PATIENCE)
    except Empty:
        return Retry(f"{receiver} did not answer in time")


def _post(
    receiver: str, url: str, body: bytes, headers: Mapping[str, str], done: "SimpleQueue[Answer | Refused | Retry]"
) -> None:
    session = requests.Session()
    session.trust_env = False  # neither a proxy nor a .netrc of the environment
    try:
        with session.post(
            url, data=body, headers=dict(headers), timeout=_TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            text = next(answer.iter_content(_MOST), b"").decode("utf-8", "replace")
            asked = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
            done.put(Answer(answer.status_code, text, asked))
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, UnicodeError):
        done.put(Refused(f"the address of {receiver} is no URL"))
    except requests.exceptions.SSLError:
        done.put(Retry(f"no verified TLS connection to {receiver}"))
    except requests.exceptions.Timeout:
        done.put(Retry(f"{receiver} did not answer in time"))
    except (requests.exceptions.RequestException, OSError, ValueError) as error:
        done.put(Retry(f"no connection to {receiver}: {type(error).__name__}"))
    finally:
        session.close()


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
