"""Why PostgreSQL did not let somebody in, or broke off: libpq's message, whoever asked."""

import re
from typing import Literal

Cause = Literal["refused", "login", "tls", "lost", "other"]

_LOGIN = re.compile(
    r"password authentication failed|no password supplied|no pg_hba\.conf entry|authentication failed"
    r"|(role|user|database) .* does not exist|is not permitted to log in|permission denied for database|SASL|SCRAM"
)
_LOST = re.compile(r"server closed the connection|connection reset|broken pipe|terminating connection|SSL SYSCALL")
_TLS = re.compile(r"SSL|certificate|TLS")


def cause(text: str) -> Cause:
    """Return what a message of libpq is about."""
    if "onnection refused" in text:
        return "refused"
    if _LOGIN.search(text):
        return "login"
    if _LOST.search(text):
        return "lost"
    return "tls" if _TLS.search(text) else "other"
