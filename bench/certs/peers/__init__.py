"""What people use now, looking at the same servers."""

from collections.abc import Callable, Sequence

from bench.certs.peers import blackbox, nagios, python_ssl
from bench.certs.peers.said import Said
from bench.certs.zoo import Served

# What somebody says of each server; None where the program is not installed.
Peer = Callable[[Sequence[Served]], list[Said] | None]

PEERS: dict[str, Peer] = {
    "Python's ssl": python_ssl.ask,
    "blackbox_exporter": blackbox.ask,
    "check_http": nagios.ask,
}
