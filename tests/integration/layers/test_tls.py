"""The layer's libpq speaks TLS, verifies whom it speaks to, and proves who it is."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import trustme

from caretaker.archive.programs import programs_for
from caretaker.archive.versions import Version
from tests.postgres import PASSWORD, PostgresServer
from tests.sandbox import Sandbox
from tests.tls_gateway import tls_gateway


@dataclass(frozen=True)
class Client:
    """Dumps a database through TLS, in the sandbox, with the programs of one version."""

    place: Sandbox
    version: int
    port: int
    authority: trustme.CA

    def dump(self, **changes: str) -> "subprocess.CompletedProcess[bytes]":
        """Dump the schema over a verified connection to localhost; the changes are of libpq's variables."""
        programs = programs_for(Version(self.version, 0), self.place.layer / "postgres")
        connection = {
            "PGHOST": "localhost",
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
            "PGPASSWORD": PASSWORD,
            "PGDATABASE": "postgres",
            "PGSSLMODE": "verify-full",
            "PGSSLROOTCERT": str(self.place.hold("root.pem", self.authority.cert_pem.bytes())),
        }
        program = self.place.programs / str(self.version) / "bin" / "pg_dump"
        return self.place.run([program, "-Fc", "--schema-only"], programs.environment({**connection, **changes}))


@contextmanager
def behind_tls(
    server: PostgresServer, place: Sandbox, *, name: str = "localhost", demands: trustme.CA | None = None
) -> Iterator[Client]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    if demands:
        demands.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    with tls_gateway(server.port, context) as gateway:
        yield Client(place, server.version, gateway.port, authority)


def test_a_database_is_dumped_over_tls_from_the_host_whose_root_is_given(
    server: PostgresServer, lambda_like: Sandbox
) -> None:
    with behind_tls(server, lambda_like) as client:
        answer = client.dump()

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith(b"PGDMP")


def test_a_certificate_of_another_root_is_refused(server: PostgresServer, lambda_like: Sandbox) -> None:
    other = lambda_like.hold("other.pem", trustme.CA().cert_pem.bytes())

    with behind_tls(server, lambda_like) as client:
        answer = client.dump(PGSSLROOTCERT=str(other))

    assert answer.returncode == 1
    assert b"certificate verify failed" in answer.stderr


def test_roots_of_the_system_are_those_of_the_file_that_is_named(server: PostgresServer, lambda_like: Sandbox) -> None:
    with behind_tls(server, lambda_like) as client:
        named = client.dump(PGSSLROOTCERT="system", SSL_CERT_FILE=str(lambda_like.inside / "root.pem"))
        unnamed = client.dump(PGSSLROOTCERT="system")

    assert named.returncode == 0, named.stderr
    assert unnamed.returncode == 1
    assert b"certificate verify failed" in unnamed.stderr


def test_a_certificate_for_another_host_is_refused(server: PostgresServer, lambda_like: Sandbox) -> None:
    with behind_tls(server, lambda_like, name="elsewhere.example") as client:
        answer = client.dump()

    assert answer.returncode == 1
    assert b'server certificate for "elsewhere.example" does not match host name "localhost"' in answer.stderr


def test_a_certificate_is_shown_to_a_server_that_demands_one(server: PostgresServer, lambda_like: Sandbox) -> None:
    people = trustme.CA()
    ours = people.issue_cert("backup")
    certificate = lambda_like.hold("client.pem", b"".join(part.bytes() for part in ours.cert_chain_pems))
    key = lambda_like.hold("client.key", ours.private_key_pem.bytes())

    with behind_tls(server, lambda_like, demands=people) as client:
        given = client.dump(PGSSLCERT=str(certificate), PGSSLKEY=str(key))
        missing = client.dump()

    assert given.returncode == 0, given.stderr
    assert missing.returncode == 1
    assert b"certificate required" in missing.stderr


def test_a_wrong_password_is_refused_and_not_repeated(server: PostgresServer, lambda_like: Sandbox) -> None:
    with behind_tls(server, lambda_like) as client:
        answer = client.dump(PGPASSWORD="not-the-password")

    assert answer.returncode == 1
    assert b'password authentication failed for user "postgres"' in answer.stderr
    assert b"not-the-password" not in answer.stderr


def test_tls_that_is_demanded_of_a_server_without_it_is_missed(server: PostgresServer, lambda_like: Sandbox) -> None:
    answer = Client(lambda_like, server.version, server.port, trustme.CA()).dump(PGSSLMODE="require")

    assert answer.returncode == 1
    assert b"server does not support SSL, but SSL was required" in answer.stderr
