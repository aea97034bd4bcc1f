"""A PostgreSQL with the schemas' databases in it: it has what the layer's server, which drills run in, lacks.

The source has to be more than the drill's server, or nothing would be missing. Another folder of programs, such as
Debian's, can be given. Without, the layer's server gets what stands for the rest, by which a dump differs in nothing:

* pgcrypto and uuid-ossp are extensions of the drill's own functions, PostGIS is one of ``extension/``: a dump has no
  more of an extension than its name, and the rows of its tables that are the user's.
* ICU collations are made as C, and called ICU's in the catalogue once all rows are in.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from caretaker.local import postgres
from functions.verify.standing_in import STOOD_FOR, standing_in
from tests.databases import make, run
from tests.postgres import PASSWORD, PostgresServer, postgres_server

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
_EXTENSION = Path(__file__).parent / "extension"
_ICU = re.compile(r"create collation (\S+) \(provider = icu, locale = '([^']+)'(?:, deterministic = (false))?\);")
_BUILT_IN = re.compile(r'"([a-zA-Z-]+)-x-icu"')
_HAS_ICU = "select 1 from pg_collation where collname like '%-x-icu'"


@contextmanager
def source(programs: Path | None = None, version: int = 18) -> Iterator[PostgresServer]:
    """Start the server: of these programs, as they are in ``programs/VERSION/bin``, else of the layer's."""
    if programs is not None:
        with postgres.postgres_server(programs, version, PASSWORD) as server:
            yield server
        return
    with TemporaryDirectory(prefix="extensions-") as folder:
        Path(folder).chmod(0o755)
        copytree(_EXTENSION, Path(folder) / "extension")
        for name in STOOD_FOR:
            _extension(name, Path(folder) / "extension")
        with postgres_server(18, f"extension_control_path=$system:{folder}") as server:
            yield server


def database(server: PostgresServer, schema: Path) -> str:
    """Make a database with a schema and its rows; return its name."""
    made, sql = make(server), schema.read_text("utf-8")
    if run(server, made, _HAS_ICU):
        run(server, made, sql)
        return made
    built_in = sorted(set(_BUILT_IN.findall(sql)))
    collations = [*_ICU.findall(sql), *((f'pg_catalog."{name}-x-icu"', name, "") for name in built_in)]
    run(
        server,
        made,
        *(f"""create collation pg_catalog."{name}-x-icu" from pg_catalog."C" """ for name in built_in),
        _ICU.sub(r"create collation \1 (provider = libc, locale = 'C');", sql),
        *(_is_icu(name, locale, not differs) for name, locale, differs in collations),
    )
    return made


def _is_icu(name: str, locale: str, deterministic: bool) -> str:
    return (
        f"update pg_collation set collprovider = 'i', colllocale = '{locale}', collencoding = -1, collcollate = null, "
        f"collctype = null, collisdeterministic = {deterministic} where oid = '{name}'::regcollation"
    )


def _extension(name: str, folder: Path) -> None:
    (folder / f"{name}.control").write_text("comment = 'as the drill has it'\ndefault_version = '1'\n", "utf-8")
    statements = [statement.replace('"public".', "") for statement in standing_in(name, "public")]
    (folder / f"{name}--1.sql").write_text(";\n".join(statements) + ";\n", "utf-8")
