"""PostgreSQL's versions, and which programs are right for which server."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_OLDEST = (9, 2)  # that pg_dump knows, from 15 to 18
_SAID = re.compile(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?")

_WRITTEN = re.compile(r"(\d{1,6})\.(\d{1,6})")


class NoProgramsForServer(Exception):
    """No programs that are there are right for this server; the message names both versions and says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version as 16.14 is one: since 10 the first number is the major version. Before, both together are."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def version_of_server(number: int) -> Version:
    """Return the version that ``server_version_num`` stands for: 160014 is 16.14, 90624 is 9.6."""
    if number >= 100_000:
        return Version(number // 10_000, number % 10_000)
    return Version(number // 10_000, number // 100 % 100)


def version_of_program(said: str) -> Version:
    """Return the version in what ``--version`` prints, ``pg_dump (PostgreSQL) 18.6``; raise ``ValueError``.

    A version that is not released yet, ``19beta1``, counts as 19.0.
    """
    found = _SAID.search(said)
    if found is None:
        raise ValueError(f"no version of PostgreSQL: {said[:200]!r}")
    return Version(int(found[1]), int(found[2] or 0))


def version_of_text(text: str) -> Version:
    """Return the version that ``str`` of one wrote, as a manifest has it; raise ``ValueError``."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"no version of PostgreSQL: {text[:200]!r}")
    return Version(int(found[1]), int(found[2]))


def choose(server: Version, available: Sequence[Version]) -> Version:
    """Return the oldest of the available programs that are not older than the server; raise ``NoProgramsForServer``.

    Servers up to 16 so get programs of 16, those of 17 and 18 programs of 18. Newer programs would do to dump an
    older server, but not to restore into it: pg_restore 18 sets ``transaction_timeout``, which 16 does not know.
    """
    if (server.major, server.minor) < _OLDEST:
        raise NoProgramsForServer(
            f"the server is PostgreSQL {server}, and pg_dump knows no server before 9.2: upgrade the server"
        )
    right = [version for version in available if version.major >= server.major]
    if not right:
        newest = max(available, default=None)
        raise NoProgramsForServer(
            f"the server is PostgreSQL {server}, and the newest programs that are here are of {newest}: "
            f"use a newer release of Caretaker, or give it a folder that has programs of PostgreSQL {server.major}"
        )
    return min(right)
