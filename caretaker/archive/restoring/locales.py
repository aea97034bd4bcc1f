"""What a database is made with so that it sorts texts as the dumped one did, or as nearly as a server can."""

from collections.abc import Iterator

from caretaker.archive.manifest import Server
from caretaker.archive.versions import Version
from caretaker.core.printable import printable

_PROVIDERS = Version(15, 0)  # the first that is told of them; before, it is always libc


def as_it_was(server: Server, to: Version) -> str:
    """Return the options that make a database like the dumped one on a server of this version."""
    return f"{_encoding(server)} {_libc(server)}{_provider(server, to)}"


def ways(server: Server, to: Version) -> Iterator[tuple[str, str]]:
    """Yield options for the database as it was, then for what comes nearest, each with what is different."""
    yield as_it_was(server, to), ""
    by = sorted_by(server)
    if server.provider != "libc":
        unknown = f"the server does not know the locale {_libc_name(server)}: texts are sorted by {by} all the same"
        yield f"{_encoding(server)}{_provider(server, to)}", unknown
    unknown = f"the server does not know the locale {by}: texts are sorted"
    plain = " locale_provider libc" if to >= _PROVIDERS else ""
    yield f"{_encoding(server)}{plain}", f"{unknown} as the server sorts them"
    yield f"{_encoding(server)} lc_collate 'C' lc_ctype 'C'{plain}", f"{unknown} by their bytes (C)"


def sorted_by(server: Server) -> str:
    """Return, in words, what decides about the order of texts."""
    return _libc_name(server) if server.provider == "libc" else f"{printable(server.locale)} of {server.provider}"


def _libc_name(server: Server) -> str:
    both = f"{server.collation} and {server.ctype}" if server.collation != server.ctype else server.collation
    return printable(both)


def _encoding(server: Server) -> str:
    return f"encoding {_text(server.encoding)}"


def _libc(server: Server) -> str:
    return f"lc_collate {_text(server.collation)} lc_ctype {_text(server.ctype)}"


def _provider(server: Server, to: Version) -> str:
    match server.provider:
        case "icu":
            rules = f" icu_rules {_text(server.rules)}" if server.rules else ""
            return f" locale_provider icu icu_locale {_text(server.locale)}{rules}"
        case "builtin":
            return f" locale_provider builtin builtin_locale {_text(server.locale)}"
        case "libc":
            return " locale_provider libc" if to >= _PROVIDERS else ""


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
