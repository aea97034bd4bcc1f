"""A Redis server, or one that speaks its protocol."""

from caretaker.authoring.model.slowness import MaySlow
from caretaker.authoring.model.targets.base import BaseTarget
from caretaker.authoring.model.targets.ip import Ip, IpVersion
from caretaker.authoring.model.texts import Certificates, RedisUrl


class RedisTarget(BaseTarget):
    """A Redis server to watch: it must answer PING."""

    redis: RedisUrl
    """Its address, redis:// or rediss:// (TLS), with user, password and database if it needs them."""
    verify_tls: bool = True
    """Whether the server's certificate is verified."""
    ca: Certificates | None = None
    """A PEM file with authorities of your own, trusted beside the public ones; relative to this file."""
    ip: Ip = IpVersion.ANY
    """Which addresses of the name are used."""
    expect: MaySlow = MaySlow()
    """What a good answer looks like."""
