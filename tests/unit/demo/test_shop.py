"""The shop is a real web application that breaks and recovers for real."""

import socket
import ssl
from collections.abc import Iterator

import pytest
import requests

from caretaker.demo.authority import Certificates, issue
from caretaker.demo.shop import Shop


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def shop(certificates: Certificates) -> Iterator[Shop]:
    with Shop(certificates) as shop:
        yield shop


@pytest.fixture
def session(certificates: Certificates) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.verify = str(certificates.authority)
        session.trust_env = False
        yield session


def test_its_page_is_served_over_https(shop: Shop, session: requests.Session) -> None:
    answer = session.get(f"{shop.url}/")
    assert answer.status_code == 200
    assert "Corner Shop" in answer.text


def test_its_certificate_is_refused_without_its_authority(shop: Shop) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{shop.url}/", timeout=5)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_its_chain_is_valid_for_its_names_by_the_strict_rules(
    shop: Shop, certificates: Certificates, host: str
) -> None:
    context = ssl.create_default_context(cafile=str(certificates.authority))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    port = int(shop.url.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        assert tls.version() in ("TLSv1.2", "TLSv1.3")


def test_its_health_has_services_and_system_figures(shop: Shop, session: requests.Session) -> None:
    health = session.get(f"{shop.url}/health").json()
    assert health["status"] == "healthy"
    assert health["services"] == {"database": "healthy", "redis": "healthy"}
    assert health["system"].keys() == {"cpu_percent", "memory_percent", "disk_percent", "uptime"}
    assert health.keys() >= {"version", "environment", "timestamp"}


def test_a_lost_database_is_reported_under_http_200(shop: Shop, session: requests.Session) -> None:
    shop.lose_database()
    answer = session.get(f"{shop.url}/health")
    assert answer.status_code == 200
    assert answer.json()["services"]["database"] == "unhealthy"
    assert session.get(f"{shop.url}/").status_code == 200


def test_a_dark_shop_refuses_connections_and_keeps_its_port(shop: Shop) -> None:
    port = int(shop.url.rpartition(":")[2])
    shop.go_dark()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))


def test_a_recovered_shop_is_healthy_at_the_same_address(shop: Shop, session: requests.Session) -> None:
    address = shop.url
    shop.lose_database()
    shop.go_dark()
    shop.recover()
    assert session.get(f"{address}/health").json()["services"]["database"] == "healthy"


def test_going_dark_and_recovering_twice_is_the_same_as_once(shop: Shop, session: requests.Session) -> None:
    shop.go_dark()
    shop.go_dark()
    shop.recover()
    shop.recover()
    assert session.get(f"{shop.url}/").status_code == 200


def test_an_unknown_page_is_not_found(shop: Shop, session: requests.Session) -> None:
    assert session.get(f"{shop.url}/basket").status_code == 404


def test_it_counts_what_it_served(shop: Shop, session: requests.Session) -> None:
    session.get(f"{shop.url}/")
    session.head(f"{shop.url}/health")
    assert shop.served == 2


def test_a_closed_shop_gives_its_port_back(certificates: Certificates) -> None:
    with Shop(certificates) as shop:
        port = int(shop.url.rpartition(":")[2])
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))


def test_only_the_owner_can_read_the_key(certificates: Certificates) -> None:
    assert certificates.key.stat().st_mode & 0o077 == 0
