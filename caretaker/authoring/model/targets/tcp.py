"""A TCP port, plain or behind TLS."""

from typing import Self

from pydantic import model_validator

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.slowness import MaySlow
from caretaker.authoring.model.targets.base import BaseTarget
from caretaker.authoring.model.targets.ip import Ip, IpVersion
from caretaker.authoring.model.texts import Certificates, Host, HostAndPort, SoughtText


class TcpExpect(MaySlow):
    """What a good connection looks like; everything that is left out is good."""

    banner: SoughtText | None = None
    """What the server says first; * stands for any text, ? for one character."""


class TcpTarget(BaseTarget):
    """A TCP port to watch."""

    tcp: HostAndPort
    """Where it listens: HOST:PORT."""
    tls: bool = False
    """Whether TLS is spoken from the first byte."""
    verify_tls: bool = True
    """Whether the server's certificate is verified."""
    ca: Certificates | None = None
    """A PEM file with authorities of your own, trusted beside the public ones; relative to this file."""
    server_name: Host | None = None
    """The name that the certificate must have, if it is not the host's."""
    ip: Ip = IpVersion.ANY
    """Which addresses of the name are used."""
    expect: TcpExpect = TcpExpect()
    """What a good connection looks like."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        only_with_tls = {"verify_tls", "ca", "server_name"} & self.model_fields_set
        if only_with_tls and not self.tls:
            raise Unfit(f"{min(only_with_tls)} means nothing without TLS", "Write tls: true beside it.")
        return self
