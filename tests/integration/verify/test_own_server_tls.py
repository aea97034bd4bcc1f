"""A drill on a server of the owner's, over TLS: held where the server proves who it is, and nowhere else."""

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.proof import Proof
from functions.verify.drill import drill
from tests.backed_up import back_up
from tests.databases import make
from tests.integration.verify.conftest import means
from tests.integration.verify.own_servers import own_server, role
from tests.postgres import PostgresServer
from tests.tls_gateway import tls_gateway

AUTHORITY, ANOTHER = trustme.CA(), trustme.CA()


@pytest.fixture(scope="module")
def manifest(drilled_bucket: Bucket, postgres_18: PostgresServer, programs: Path) -> Manifest:
    return back_up(drilled_bucket, postgres_18, make(postgres_18, "create table notes as select 1 as one"), programs)


@pytest.fixture
def port(server_for_drills: PostgresServer) -> Iterator[int]:
    """Where the server is reached over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    with tls_gateway(server_for_drills.port, context) as gateway:
        yield gateway.port


def pem(authority: trustme.CA) -> str:
    return authority.cert_pem.bytes().decode()


@dataclass(frozen=True)
class There:
    """A server for drills that is reached with and without TLS, and a backup."""

    manifest: Manifest
    bucket: Bucket
    programs: Path
    drills: Path
    server: PostgresServer
    user: str

    def drilled(self, port: int, ca: str) -> Proof:
        """Hold a drill over TLS."""
        own = own_server(self.server, self.user, port=port, ca=ca)
        return drill(self.manifest, means(self.bucket, self.programs, self.drills, own_server=own)).proof


@pytest.fixture
def there(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, server_for_drills: PostgresServer
) -> There:
    return There(manifest, drilled_bucket, programs, drills, server_for_drills, role(server_for_drills, "drill"))


def test_a_server_with_a_private_ca_is_used_if_that_is_configured(there: There, port: int) -> None:
    proof = there.drilled(port, pem(AUTHORITY))

    assert (proof.reached, proof.noted, proof.on) == ("equal", (), "target")


@pytest.mark.parametrize("ca", [pem(ANOTHER), ""], ids=["another CA", "the public ones"])
def test_a_server_that_does_not_prove_who_it_is_gets_nothing(there: There, port: int, ca: str) -> None:
    proof = there.drilled(port, ca)

    assert (proof.reached, proof.is_damaged) == ("decoded", False)
    [noted] = proof.noted
    assert noted.code == "drill-unavailable"
    assert re.search(
        r"the server for drills: no TLS connection to .*certificate verify failed.* ca: for drills", noted.message
    )


def test_a_server_without_tls_gets_nothing(there: There) -> None:
    [noted] = there.drilled(there.server.port, pem(AUTHORITY)).noted

    assert noted.code == "drill-unavailable"
    assert "server does not support SSL" in noted.message
