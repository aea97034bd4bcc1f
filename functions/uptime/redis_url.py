"""The address of a Redis server, in its parts."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from caretaker.core.network.urls import UnusableUrl

_DATABASE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class RedisPlace:
    """Where a Redis server listens and how to log in; ``user`` and ``password`` may be empty."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    database: int


def redis_place(url: str) -> RedisPlace:
    """Return the parts of a Redis URL; raise ``UnusableUrl``, which never holds the password, if it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or 6379
    except ValueError:
        raise UnusableUrl("its host or port is not understood") from None
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise UnusableUrl("it does not begin with redis:// or rediss:// and a host")
    database = parts.path.strip("/")
    if database and not _DATABASE.fullmatch(database):
        raise UnusableUrl("what stands behind the host is not the number of a database")
    return RedisPlace(
        host=parts.hostname,
        port=port,
        tls=parts.scheme == "rediss",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=int(database or 0),
    )
