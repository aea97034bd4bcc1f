"""HOW-TO-RESTORE.md does what it says: its commands are run as they stand, in one shell, on a machine without us."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from caretaker.archive.fingerprint import Look, fingerprint
from caretaker.archive.identity import DUMP, HOWTO
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.programs import programs_for
from caretaker.archive.tables import Contents
from caretaker.archive.versions import Version
from caretaker.core.store.table import Table
from tests.databases import connection_to, make, run
from tests.integration.backup.backing_up import World
from tests.odd_databases import ODD
from tests.postgres import PASSWORD, PostgresServer, postgres_server
from tests.postgres_programs import psql

NEEDED = ("sha256sum", "awk")  # of every Linux
ROLES = (
    "create role reader nologin",
    "create role owner login in role reader",
    "alter role owner set work_mem = '7MB'",
)
OWNED = (
    "create schema shop authorization owner",
    "create table shop.orders as select n, md5(n::text) note from generate_series(1, 3000) n",
    "alter table shop.orders owner to owner",
    "grant select on shop.orders to reader",
)
SETTINGS_OF = (
    "comment on database {0} is E'two\\nlines'",
    "alter database {0} owner to owner",
    "alter database {0} set search_path = 'a b', public",
    "alter role reader in database {0} set work_mem = '5MB'",
    "revoke connect on database {0} from public",
    "grant create on database {0} to reader",
)
BUILTIN = "template template0 locale_provider builtin builtin_locale 'C.UTF-8'"
RIGHTS = "select relowner::regrole::text, relacl::text from pg_class where oid = 'shop.orders'::regclass"
DATABASE = """select datname, datdba::regrole::text, (select array_agg(right_::text order by right_::text)
              from unnest(datacl) right_), datlocprovider, datcollate, pg_encoding_to_char(encoding),
              shobj_description(oid, 'pg_database'), (select array_agg(setrole::regrole::text || setconfig::text
              order by setrole::regrole::text) from pg_db_role_setting where setdatabase = pg_database.oid)
              from pg_database where datname = current_database()"""
ROLES_MADE = "select rolname, rolcanlogin, rolconfig from pg_roles where rolname in ('owner', 'reader') order by 1"


of_a_server = pytest.mark.parametrize(
    "either_postgres", [pytest.param(16, marks=pytest.mark.slow), 18], ids="PostgreSQL {}".format, indirect=True
)


@dataclass(frozen=True)
class Disaster:
    """A backup of an odd database, and a fresh server of the same version; the first one is not asked any more."""

    bucket: Bucket
    backup: Manifest
    before: Contents
    facts: list[list[tuple[object, ...]]]
    itself: list[tuple[object, ...]]
    server: PostgresServer
    folder: Path
    path: str

    def guide(self) -> str:
        """Return the blocks of the guide, one after the other."""
        text = self.bucket.get(self.backup.id.key(HOWTO), 10**6).decode()
        return "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))

    def follow(self, commands: str) -> "subprocess.CompletedProcess[str]":
        """Run commands as people would, in a folder that is empty at first."""
        self.folder.mkdir(exist_ok=True)
        postgres = {"PGPORT": str(self.server.port), "PGPASSWORD": PASSWORD, "PGHOST": "127.0.0.1"}
        aws = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
        endpoint = {"AWS_ENDPOINT_URL": self.bucket.client.meta.endpoint_url}
        return subprocess.run(
            ["bash", "-e"],
            input=commands,
            env={"PATH": self.path, "HOME": str(self.folder), **postgres, **aws, **endpoint},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with the programs that the guide asks for, as far as they are not the machine's own."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "psql").symlink_to(psql())
    modules = {"aws": "awscli"} | ({} if shutil.which("zstd") else {"zstd": "tests.zstd_stand_in"})
    for name, module in modules.items():
        script = f'#!/bin/sh\nPYTHONPATH={Path(__file__).parents[3]} exec {sys.executable} -m {module} "$@"\n'
        (folder / name).write_text(script, "utf-8")
        (folder / name).chmod(0o755)
    missing = [name for name in NEEDED if not shutil.which(name)]
    assert not missing, f"the guide cannot be tried here: install {' and '.join(missing)}"
    return folder


@pytest.fixture
def disaster(
    table: Table, bucket: Bucket, programs: Path, either_postgres: PostgresServer, tools: Path, tmp_path: Path
) -> Iterator[Disaster]:
    origin = either_postgres
    odd = [each for name, each in ODD.items() if origin.version >= 18 or name != "extensions"]
    run(origin, "postgres", *ROLES)
    options = BUILTIN if origin.version >= 17 else "template template0 lc_collate 'C' lc_ctype 'C.UTF-8'"
    name = make(origin, *(statement for each in odd for statement in each), *OWNED, options=options)
    run(origin, "postgres", *(statement.format(name) for statement in SETTINGS_OF))
    try:
        backup = World(table, bucket, programs, origin.url(database=name)).run().manifest
        assert backup
        before = fingerprint(connection_to(origin, name), Look("full", lambda: 60.0))
        facts = [run(origin, name, RIGHTS), run(origin, name, ROLES_MADE)]
        itself = run(origin, name, DATABASE)
    finally:
        run(origin, "postgres", f"drop database {name}", "drop role owner", "drop role reader")
    restorer = programs_for(Version(origin.version, 0), programs).path("pg_restore").parent
    path = os.pathsep.join([str(tools), str(restorer), os.environ["PATH"]])
    with postgres_server(origin.version) as server:
        yield Disaster(bucket, backup, before, facts, itself, server, tmp_path / "empty", path)


@of_a_server
def test_following_it_word_for_word_restores_everything(disaster: Disaster) -> None:
    followed = disaster.follow(disaster.guide())

    assert followed.returncode == 0, followed.stderr
    assert re.sub('psql:globals.sql:.*: ERROR:  role "postgres" already exists\n', "", followed.stderr) == ""
    assert f"rows were restored, of {disaster.backup.totals.rows}" in followed.stdout
    restored = connection_to(disaster.server, "main_restored")
    assert fingerprint(restored, Look("full", lambda: 60.0)) == disaster.before
    assert [run(disaster.server, "main_restored", question) for question in (RIGHTS, ROLES_MADE)] == disaster.facts

    name = str(disaster.itself[0][0])
    run(disaster.server, "postgres", f"alter database main_restored rename to {name}")
    settled = disaster.follow("psql --username=postgres --dbname=postgres --file=settings.sql")

    assert (settled.returncode, settled.stderr) == (0, "")
    assert run(disaster.server, name, DATABASE) == disaster.itself


@of_a_server
def test_a_dump_with_one_other_byte_is_not_restored(disaster: Disaster) -> None:
    key = disaster.backup.id.key(DUMP)
    damaged = bytearray(disaster.bucket.get(key, 10**8))
    damaged[len(damaged) // 2] ^= 1
    disaster.bucket.client.put_object(Bucket=disaster.bucket.name, Key=key, Body=bytes(damaged))

    followed = disaster.follow(disaster.guide())

    assert followed.returncode != 0
    assert f"{DUMP}: FAILED" in followed.stdout
    assert run(disaster.server, "postgres", "select datname from pg_database where datname like 'main%'") == []
