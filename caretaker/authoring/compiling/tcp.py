"""TCP targets, compiled."""

from caretaker.authoring.compiling.section import Section, levels
from caretaker.authoring.model.targets.tcp import TcpTarget
from caretaker.authoring.model.uptime import Defaults


def tcp(target: TcpTarget, defaults: Defaults) -> Section:
    """Return what a TCP target has beside what every target has."""
    host, _, port = target.tcp.rpartition(":")
    expect = target.expect
    return {
        "kind": "tcp",
        "host": host.strip("[]"),
        "port": int(port),
        "tls": target.tls,
        "verify_tls": target.verify_tls,
        "ca": target.ca or "",
        "server_name": target.server_name or "",
        "ip": target.ip.value,
        "banner": expect.banner or "",
        "slow": levels(expect.slowness(defaults.slow)),
    }
