import pytest

from caretaker.core.network.reach import Refused, check_addresses
from caretaker.core.network.urls import place

PUBLIC = "93.184.215.14"
RUNTIME = "127.0.0.1:9001"


def reach(came_from: str, url: str, *addresses: str) -> None:
    check_addresses(came_from, place(url), addresses, RUNTIME)


@pytest.mark.parametrize("address", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "64:ff9b::a9fe:a9fe"])
@pytest.mark.parametrize("came_from", [PUBLIC, "10.0.0.1", "127.0.0.1", "169.254.1.1", ""])
def test_a_link_local_address_is_never_gone_to(came_from: str, address: str) -> None:
    with pytest.raises(Refused, match="link-local"):
        reach(came_from, "http://crl.example.com/", address)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "::1", "fc00::1", "::ffff:10.0.0.1", "0.0.0.0", "224.0.0.1"]
)
@pytest.mark.parametrize("came_from", [PUBLIC, "2606:2800:21f:cb07::1", ""])
def test_nothing_public_leads_to_a_private_address(came_from: str, address: str) -> None:
    with pytest.raises(Refused, match=r"private|own machine"):
        reach(came_from, "http://crl.example.com/", address)


def test_one_private_address_among_several_is_enough() -> None:
    with pytest.raises(Refused, match=r"10\.0\.0\.1"):
        reach(PUBLIC, "http://crl.example.com/", PUBLIC, "10.0.0.1")


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.2"), ("x", "0.0.0.0"), ("[::1]", "::1"), ("x", "::")],
)
def test_the_runtime_of_the_function_is_never_gone_to(host: str, address: str) -> None:
    with pytest.raises(Refused, match="own runtime"):
        reach("127.0.0.1", f"http://{host}:9001/", address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "0.0.0.0", "::ffff:127.0.0.1"])
def test_only_this_machine_leads_to_itself(address: str) -> None:
    reach("127.0.0.1", "http://crl.internal/", address)
    with pytest.raises(Refused, match="own machine"):
        reach("10.0.0.1", "http://crl.internal/", address)


@pytest.mark.parametrize("address", ["192.168.0.1", "10.1.2.3", PUBLIC])
def test_a_private_address_may_lead_to_another_one_and_outside(address: str) -> None:
    reach("10.0.0.1", "http://crl.internal/", address)


def test_a_public_address_may_lead_to_another_one() -> None:
    reach(PUBLIC, "http://crl.example.com/", "2606:2800:21f:cb07::1")
