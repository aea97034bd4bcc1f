"""How a database is reached says everything to libpq, and nothing to anybody else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from caretaker.archive.connection import connections
from caretaker.archive.programs import programs_for
from caretaker.archive.sessions import options
from caretaker.archive.versions import Version
from tests.databases import connection_to, make, run
from tests.postgres import PASSWORD, PostgresServer


def test_the_password_is_in_no_text_of_a_connection(postgres_18: PostgresServer) -> None:
    connection = connections(postgres_18.url(), "", patience=5)[0]

    assert PASSWORD not in f"{connection} {connection!r} {connection.peer}"
    assert connection.environment()["PGPASSWORD"] == PASSWORD
    assert connection.redactor.text(f"it was {PASSWORD}, or sup3r%2Fs3cret") == "it was ***, or ***"


def test_a_program_gets_the_address_that_was_chosen_and_the_parameters_of_the_url() -> None:
    url = "postgresql://me:x@localhost:5433/app?sslmode=require&sslcert=/c.pem&sslkey=/k.pem&options=endpoint%3Dblue"

    environment = connections(url, "", patience=5)[0].environment("-c statement_timeout=0")

    assert environment["PGHOST"] == "localhost"
    assert environment["PGHOSTADDR"] in ("127.0.0.1", "::1")
    assert (environment["PGSSLCERT"], environment["PGSSLKEY"]) == ("/c.pem", "/k.pem")
    assert environment["PGOPTIONS"] == "endpoint=blue -c statement_timeout=0"


def test_tls_is_verified_for_a_public_host_unless_the_address_says_otherwise() -> None:
    public = connections("postgresql://me:x@192.0.43.8/app", "", patience=5)[0].environment()
    chosen = connections("postgresql://me:x@192.0.43.8/app?sslmode=require", "", patience=5)[0].environment()
    system = connections("postgresql://me:x@10.0.0.1/app?sslrootcert=system", "", patience=5)[0].environment()

    assert public["PGSSLMODE"] == system["PGSSLMODE"] == "verify-full"
    assert Path(public["PGSSLROOTCERT"]).is_file()
    assert Path(system["PGSSLROOTCERT"]).is_file()
    assert chosen["PGSSLMODE"] == "require"


def test_the_encoding_of_an_address_does_not_become_that_of_the_dump() -> None:
    connection = connections("postgresql://me:x@127.0.0.1/app?client_encoding=utf8", "", patience=5)[0]

    assert not any("ENCODING" in name for name in connection.environment())


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_program_that_runs_shows_the_password_in_no_list_of_processes(
    either_postgres: PostgresServer, programs: Path
) -> None:
    made = make(either_postgres, "create table t (id int)")
    connection = connection_to(either_postgres, made)
    version = Version(either_postgres.version, 0)
    chosen = programs_for(version, programs)
    environment = chosen.environment(connection.environment(options(version)))

    with subprocess.Popen([chosen.path("pg_dump"), "-Fc"], env=environment, stdout=subprocess.PIPE) as program:
        shown = Path(f"/proc/{program.pid}/cmdline").read_bytes()
        program.communicate()

    assert program.returncode == 0
    assert PASSWORD.encode() not in shown
    assert PASSWORD not in os.environ.values()


def test_a_dump_is_not_cut_short_by_what_a_role_is_set_to(either_postgres: PostgresServer, programs: Path) -> None:
    made = make(either_postgres, "create table t as select n from generate_series(1, 100000) n")
    for setting in ("statement_timeout = 1", "lock_timeout = 1", "idle_in_transaction_session_timeout = 1",
                    "default_transaction_read_only = on", "search_path = nowhere", "row_security = on",
                    "default_transaction_deferrable = on", "default_transaction_isolation = serializable"):  # fmt: skip
        run(either_postgres, "postgres", f"alter database {made} set {setting}")
    connection = connection_to(either_postgres, made)
    version = Version(either_postgres.version, 0)
    chosen = programs_for(version, programs)

    dumped = subprocess.run(
        [chosen.path("pg_dump"), "-Fc", "-Z0"],
        env=chosen.environment(connection.environment(options(version))),
        capture_output=True,
        check=False,
    )

    assert (dumped.returncode, dumped.stderr) == (0, b"")
