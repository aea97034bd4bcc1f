"""How much a peer has sent, as the system counts it."""

import socket
import struct

_RECEIVED_AT = 128  # where Linux' struct tcp_info has tcpi_bytes_received (linux/tcp.h)


def received(descriptor: int) -> int:
    """Return how many bytes have come in over a TCP connection; 0 on systems that do not say."""
    if not hasattr(socket, "TCP_INFO"):
        return 0
    with socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM) as connection:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return int(struct.unpack_from("=Q", told, _RECEIVED_AT)[0]) if len(told) >= _RECEIVED_AT + 8 else 0
