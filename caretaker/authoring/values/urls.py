"""Addresses of HTTP and HTTPS endpoints.

Messages about an address hold at most its scheme, host and port: what is behind them may be secret.
Source: RFC 3986 (syntax).
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.values.hosts import normal_host
from caretaker.authoring.wording import nearest, one_of, quoted

PATTERN = r"^[Hh][Tt][Tt][Pp][Ss]?://|^\$\{"
LONGEST = 2000  # characters

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_PARTS = re.compile(r"//([^/?#]*)(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"(?:(.*)@)?(\[[^\]]*\]|[^:\[\]]*)(:.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Form:
    """What an address of some kind looks like: what it is called, its schemes, an example."""

    called: str
    schemes: tuple[str, ...]
    example: str


WEB = Form("HTTP or HTTPS", ("https", "http"), "https://example.com/health")
REDIS = Form("Redis", ("redis", "rediss"), "rediss://cache.internal:6379/0")
POSTGRES = Form("PostgreSQL", ("postgresql", "postgres"), "postgresql://reader@db.internal:5432/app")


FORMS = {"http": WEB, "redis": REDIS, "postgres": POSTGRES}  # by the kind of target


def normal_url(url: str, form: Form = WEB) -> str:
    """Return an address with its scheme and host in lower case and all of it in ASCII.

    Raise ``Unfit`` if it is not a complete address of this form.
    """
    if not url:
        raise Unfit("the address is empty", f"Write it as {form.example}.")
    if len(url) > LONGEST:
        raise Unfit(f"the address is longer than {LONGEST} characters", "Is it one address?")
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        raise Unfit("an address has no spaces or line breaks", "Write a space inside a path as %20.")
    scheme, rest = _scheme(url, form)
    parts = _PARTS.fullmatch(rest)
    if parts is None:
        raise Unfit("the address has no host", f"Write two slashes and a host: {form.example}.")
    authority = _AUTHORITY.fullmatch(parts[1])
    if authority is None:
        raise Unfit("the host is not understood", "Put an IPv6 address in brackets: https://[2001:db8::1]:8443/.")
    user, host, port = authority[1], authority[2], authority[3]
    shown_user = "" if user is None else quote(user, safe=_KEPT) + "@"
    checked_port = _port(port, parts[1])
    return f"{scheme}://{shown_user}{normal_host(host)}{checked_port}{quote(parts[2], safe=_KEPT + '/?#[]@')}"


_KEPT = "%:!$&'()*+,;=|{}\"<>^`\\~"  # what was ASCII already is left to the owner's own quoting


def password(url: str) -> str | None:
    """Return the password that stands in an address, if one does."""
    authority = re.match(r"[^/?#]*//([^/?#]*)@", url)
    _, _, secret = (authority[1] if authority else "").partition(":")
    return secret or None


def has_user(url: str) -> bool:
    """Return whether an address holds a user's name."""
    return re.match(r"[^/?#]*//[^/?#]*@", url) is not None


def _scheme(url: str, form: Form) -> tuple[str, str]:
    begin = "Begin it with " + one_of(f"{scheme}://" for scheme in form.schemes) + "."
    found = _SCHEME.fullmatch(url)
    if found is None or (found[2][:1].isdigit() and not found[2].startswith("//")):
        raise Unfit("the address has no scheme", begin)
    scheme = found[1].lower()
    if scheme not in form.schemes:
        advice = nearest(scheme, form.schemes) if found[2].startswith("//") else begin
        shown = f"the scheme {quoted(scheme)}" if found[2].startswith("//") else "what stands before the colon"
        raise Unfit(f"{shown} is not {form.called}", advice)
    return scheme, found[2]


def _port(written: str | None, authority: str) -> str:
    if written is None:
        return ""
    digits = written[1:]
    if digits.isascii() and digits.isdigit() and len(digits) <= 5 and 1 <= int(digits) <= 65535:
        return f":{int(digits)}"
    # What looks like a port may be a password with an unquoted @, / or # behind it.
    shown = quoted(digits) if digits.isascii() and digits.isdigit() and "@" not in authority else "what follows ':'"
    raise Unfit(f"{shown} is not a port", "Ports lie between 1 and 65535; signs in a password are written as %2F.")
