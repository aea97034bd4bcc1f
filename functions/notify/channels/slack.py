"""Slack, by incoming webhook."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests

from caretaker.core.config import Channel
from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.channels.retry_after import retry_after
from functions.notify.channels.slack_blocks import payload
from functions.notify.message import Message

_TIMEOUT = (3.05, 10.0)  # seconds for the connection, and between two bytes of the answer
_GONE = frozenset({403, 404, 410})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def send(channel: Channel, message: Message) -> Outcome:
    """Post a message to the channel's webhook. What it returns never holds the webhook's address."""
    url = urlsplit(channel.address)
    if url.scheme != "https" and url.hostname not in _LOOPBACK:
        return Refused("the address of the webhook does not begin with https://")
    session = requests.Session()
    session.trust_env = False  # neither a proxy nor a .netrc of the environment
    try:
        answer = session.post(channel.address, json=payload(message), timeout=_TIMEOUT, allow_redirects=False)
    except requests.exceptions.InvalidURL:
        return Refused("the address of the webhook is no URL")
    except requests.exceptions.SSLError:
        return Retry("no verified TLS connection to Slack")
    except requests.exceptions.Timeout:
        return Retry("Slack did not answer in time")
    except requests.exceptions.RequestException as error:
        return Retry(f"no connection to Slack: {type(error).__name__}")
    finally:
        session.close()
    return _outcome(answer)


def _outcome(answer: requests.Response) -> Outcome:
    said = f"Slack answered {answer.status_code}"
    if 200 <= answer.status_code < 300:
        return Sent()
    if answer.status_code == 429:
        return Retry(said, retry_after(answer.headers.get("Retry-After"), datetime.now(UTC)))
    if answer.status_code in _GONE:
        return Refused(f"{said}: the webhook is gone")
    if 300 <= answer.status_code < 500 and answer.status_code != 408:
        # Slack's own words for it are short and known: invalid_payload, no_service, channel_is_archived, …
        reason = answer.text.strip()[:60] if answer.text.strip().replace("_", "").isalnum() else ""
        return Refused(f"{said} {reason}".strip())
    return Retry(said, retry_after(answer.headers.get("Retry-After"), datetime.now(UTC)))
