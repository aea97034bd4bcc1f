"""How much work a PostgreSQL server asks for at the login: libpq does whatever it is told, and lets nobody else work.

A connection over TLS cannot be looked into: there, only the server itself can ask for too much.
Sources: the PostgreSQL manual, 53.7 (message formats); RFC 7677 (iterations of SCRAM).
"""

import re
import socket
import struct

MOST_ROUNDS = 600_000  # PostgreSQL's default is 4,096; the most that is recommended takes about two seconds of a CPU
_HEAD = struct.Struct(">cII")  # type, length, and which kind of authentication message
_CONTINUE = 11
_LONGEST = 10_000  # bytes
_ROUNDS = re.compile(rb",i=\s*\+?0*([0-9]*)")  # as strtol reads it


def rounds_asked(descriptor: int) -> int | None:
    """Return how many rounds of hashing the message that has come in asks for, 0 if it is about something else.

    None means that it has not come in whole.
    """
    with socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM) as connection:
        try:
            waiting = connection.recv(_LONGEST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return 0
    if waiting[:1] != b"R":
        return 0
    if len(waiting) < _HEAD.size:
        return None
    _, length, kind = _HEAD.unpack_from(waiting)
    if kind != _CONTINUE or length >= _LONGEST:
        return 0
    if len(waiting) <= length:
        return None
    asked = _ROUNDS.search(waiting[: length + 1])
    return int(asked[1][:12] or 0) if asked else 0
