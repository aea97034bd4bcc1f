"""What is in the way of a backup is named before it begins, with what to do; and no password with it."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from caretaker.archive import sessions
from caretaker.core.results import Finding, Severity
from functions.backup.preflight import Pace, Ready, Unready, preflight
from tests.databases import make, run, session_on
from tests.poolers import balancer, refusal, transaction_pooler
from tests.postgres import PASSWORD, PostgresServer
from tests.tls_gateway import tls_gateway

UNHURRIED = Pace(800.0, None)


def ready(url: str, programs: Path, *, ca: str = "", pace: Pace = UNHURRIED, excluded: tuple[str, ...] = ()) -> Ready:
    return preflight(url, ca, excluded, pace, programs)


def findings(url: str, programs: Path, *, ca: str = "", pace: Pace = UNHURRIED) -> tuple[Finding, ...]:
    with pytest.raises(Unready) as refused:
        preflight(url, ca, (), pace, programs)
    said = f"{refused.value} {refused.value!r} {refused.value.findings}"
    assert not any(form in said for form in (PASSWORD, PASSWORD.replace("/", "%2F")))
    assert all(finding.severity is Severity.CRITICAL for finding in refused.value.findings)
    return refused.value.findings


def the_finding(url: str, programs: Path, *, ca: str = "", pace: Pace = UNHURRIED) -> Finding:
    (only,) = findings(url, programs, ca=ca, pace=pace)
    return only


@contextmanager
def role(server: PostgresServer, database: str, *rights: str) -> Iterator[str]:
    """Give the address of a database for a role that has these rights and no others."""
    name = f"reader_{database}"
    run(server, database, f"create role {name} login password '{PASSWORD}'")
    run(server, database, *(right.format(role=name) for right in rights))
    yield server.url(name, database)
    run(server, database, f"drop owned by {name}", f"drop role {name}")


def test_a_database_in_order_is_ready_with_the_programs_of_its_version(
    either_postgres: PostgresServer, programs: Path
) -> None:
    made = make(either_postgres, "create table t as select n from generate_series(1, 1000) n")

    answer = ready(either_postgres.url(database=made), programs, pace=Pace(800.0, 1_000_000.0))

    assert answer.programs.version.major == either_postgres.version
    assert answer.connection.database == made
    assert 30_000 < answer.table_bytes < 100_000
    assert answer.predicted == answer.table_bytes / 1_000_000
    assert PASSWORD not in repr(answer)


def test_the_settings_of_a_role_keep_no_preflight_from_looking(postgres_18: PostgresServer, programs: Path) -> None:
    made = make(postgres_18)
    hostile = (
        "statement_timeout = 1",
        "search_path = nowhere",
        "default_transaction_read_only = on",
        "row_security = on",
    )
    rights = [f"alter role {{role}} set {setting}" for setting in hostile]

    with role(postgres_18, made, *rights) as url:
        assert ready(url, programs).connection.database == made


def test_nobody_listening_is_unreachable(programs: Path) -> None:
    finding = the_finding(f"postgresql://me:{PASSWORD.replace('/', '%2F')}@127.0.0.1:1/app", programs)

    assert (finding.code, finding.message) == ("unreachable", "127.0.0.1:1 refused the connection")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"postgres//me:{PASSWORD}@host/app", "it does not begin with postgresql://"),
        ("postgresql://127.0.0.1/app", "it names no user"),
        ("postgresql://me:x@127.0.0.1/app?sslpassword=secret", "cannot be given its sslpassword"),
        (f"postgresql://me:{PASSWORD}@host:port/app", "its port is not a number"),
        ("postgresql://me:x@a,b/app", "it does not name exactly one host"),
    ],
)
def test_an_address_that_is_none_is_said(url: str, said: str, programs: Path) -> None:
    finding = the_finding(url, programs)

    assert finding.code == "unreachable"
    assert said in finding.message
    assert "Correct the secret" in finding.fix


def test_a_name_that_does_not_resolve_is_unreachable(programs: Path) -> None:
    assert the_finding("postgresql://me:x@nowhere.invalid/app", programs).code == "unreachable"


def test_a_wrong_password_is_named(either_postgres: PostgresServer, programs: Path) -> None:
    finding = the_finding(either_postgres.url(password="wrong-secret"), programs)

    assert finding.code == "auth-failed"
    assert 'password authentication failed for user "postgres"' in finding.message
    assert "wrong-secret" not in str(finding)


def test_a_database_that_is_not_there_is_named(postgres_18: PostgresServer, programs: Path) -> None:
    finding = the_finding(postgres_18.url(database="nowhere"), programs)

    assert finding.code == "auth-failed"
    assert 'database "nowhere" does not exist' in finding.message


def test_a_server_without_tls_is_refused_where_tls_is_wanted(postgres_18: PostgresServer, programs: Path) -> None:
    finding = the_finding(postgres_18.url(query="?sslmode=require"), programs)

    assert finding.code == "tls-refused"
    assert "server does not support SSL" in finding.message


def test_a_certificate_that_nobody_vouches_for_is_refused_and_an_own_authority_is_taken(
    postgres_18: PostgresServer, programs: Path
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    with tls_gateway(postgres_18.port, context) as gateway:
        url = PostgresServer(gateway.port, 18, PASSWORD).url()
        refused = the_finding(f"{url}?sslmode=verify-full", programs)
        taken = ready(url, programs, ca=authority.cert_pem.bytes().decode())

    assert refused.code == "tls-refused"
    assert "ca:" in refused.fix
    assert taken.connection.environment()["PGSSLMODE"] == "verify-full"


@pytest.mark.parametrize(
    ("host", "instead"),
    [
        ("ep-cool-1234-pooler.eu-central-1.aws.neon.tech", "ep-cool-1234.eu-central-1.aws.neon.tech"),
        ("aws-0-eu-central-1.pooler.supabase.com:6543", "port 5432"),
        ("db.abcd.supabase.co:6543", "db.<project>.supabase.co"),
    ],
)
def test_poolers_that_are_known_by_name_are_refused_with_the_host_to_use(
    host: str, instead: str, programs: Path
) -> None:
    finding = the_finding(f"postgresql://me:x@{host}/app", programs)

    assert finding.code == "pooler"
    assert instead in finding.fix


def test_a_pooler_that_takes_no_settings_is_named(programs: Path) -> None:
    with refusal("08P01", "unsupported startup parameter in options: statement_timeout") as server:
        finding = the_finding(PostgresServer(server.port, 18, PASSWORD).url(), programs)

    assert finding.code == "pooler"
    assert "unsupported startup parameter" in finding.message


def test_a_pooler_is_known_by_what_it_does(postgres_18: PostgresServer, programs: Path) -> None:
    with transaction_pooler(postgres_18.port) as pooler:
        finding = the_finding(PostgresServer(pooler.port, 18, PASSWORD).url(), programs)

    assert finding.code == "pooler"
    assert "moved between connections" in finding.message


def test_an_address_of_several_servers_is_refused(
    postgres_16: PostgresServer, postgres_18: PostgresServer, programs: Path
) -> None:
    with balancer(postgres_16.port, postgres_18.port) as several:
        finding = the_finding(PostgresServer(several.port, 18, PASSWORD).url(), programs)

    assert finding.code == "pooler"
    assert "cannot see one snapshot" in finding.message


def test_a_server_that_is_newer_than_the_programs_is_named(
    postgres_18: PostgresServer, programs: Path, tmp_path: Path
) -> None:
    (tmp_path / "16").symlink_to(programs / "16")
    (tmp_path / "lib").symlink_to(programs / "lib")

    finding = the_finding(postgres_18.url(), tmp_path)

    assert finding.code == "server-too-new"
    assert "the server is PostgreSQL 18." in finding.message


def test_everything_that_may_not_be_read_is_named_at_once(either_postgres: PostgresServer, programs: Path) -> None:
    made = make(
        either_postgres,
        "create schema private",
        "create table private.letters (id int)",
        "create table public.orders (id serial)",
        "create table public.open (id int)",
        "create table public.secured (id int)",
        "alter table public.secured enable row level security",
        "select lo_from_bytea(77, 'x')",
        *(f"create table public.more_{number} (id int)" for number in range(6)),
    )

    with role(either_postgres, made, "grant select on public.open, public.secured to {role}") as url:
        privileges, security = findings(url, programs)

    assert (privileges.code, security.code) == ("no-privilege", "row-security")
    assert "the schema private;" in privileges.message
    assert "the tables private.letters, public.more_0, " in privileges.message
    assert " and 3 more" in privileges.message
    assert "the sequence public.orders_id_seq" in privileges.message
    assert "the large object 77" in privileges.message
    assert f'GRANT pg_read_all_data TO "reader_{made}"' in privileges.fix
    assert "the table public.secured" in security.message
    assert "BYPASSRLS" in security.fix


def test_what_the_fixes_say_is_enough(either_postgres: PostgresServer, programs: Path) -> None:
    made = make(
        either_postgres,
        "create schema private",
        "create table private.letters (id serial)",
        "alter table private.letters enable row level security",
        "select lo_from_bytea(77, 'x')",
    )
    granted = (
        "grant pg_read_all_data to {role}", "grant select on large object 77 to {role}", "alter role {role} bypassrls",
    )  # fmt: skip

    with role(either_postgres, made, *granted) as url:
        assert ready(url, programs).table_bytes >= 0


def test_who_holds_a_lock_is_named(
    postgres_18: PostgresServer, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make(postgres_18, "create table busy (id int)")
    hurried = [("lock_timeout", "100ms", since) if name == "lock_timeout" else (name, value, since)
               for name, value, since in sessions._SETTINGS]  # fmt: skip
    monkeypatch.setattr(sessions, "_SETTINGS", hurried)

    with session_on(postgres_18, made) as holder:
        holder.execute("set application_name = 'migration'")
        holder.execute("begin; lock table busy")
        finding = the_finding(postgres_18.url(database=made), programs)
        process = holder.connection.info.backend_pid

    assert finding.code == "lock-timeout"
    assert f"public.busy by process {process} of postgres (migration)" in finding.message
    assert f"pg_terminate_backend({process})" in finding.fix


def test_a_backup_that_cannot_end_in_time_is_not_begun(postgres_18: PostgresServer, programs: Path) -> None:
    made = make(postgres_18, "create table t as select n from generate_series(1, 10000) n")
    url = postgres_18.url(database=made)

    finding = the_finding(url, programs, pace=Pace(10.0, 1000.0))

    assert (finding.code, finding.limit) == ("out-of-time", "10 s")
    assert ready(url, programs, pace=Pace(10.0, 1000.0), excluded=("t",)).predicted == 0


def test_a_server_without_a_connection_to_spare_is_unreachable(programs: Path) -> None:
    with refusal("53300", "sorry, too many clients already") as server:
        finding = the_finding(PostgresServer(server.port, 18, PASSWORD).url(), programs)

    assert finding.code == "unreachable"
    assert "too many clients already" in finding.message
