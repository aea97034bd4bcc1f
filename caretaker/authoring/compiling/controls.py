"""Control targets, compiled: HTTP targets of which only the network matters."""

from urllib.parse import urlsplit

from caretaker.authoring.compiling.section import Section
from caretaker.authoring.compiling.targets import compile_target
from caretaker.authoring.model.targets.http import HttpTarget
from caretaker.authoring.model.targets.tcp import TcpTarget
from caretaker.authoring.model.uptime import Defaults

_TIMEOUT = 5.0  # seconds


def compile_control(url: str, number: int) -> Section:
    """Return the compiled form of a control target; its name is none that a target can have."""
    written = HttpTarget.model_construct(name=f"control:{number}", url=url, timeout=_TIMEOUT, follow_redirects=False)
    return compile_target(written, Defaults())


def one_to_connect_to(control: Section) -> Section:
    """Return a control target as a port that only has to take a connection."""
    parts = urlsplit(control["url"])
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    written = TcpTarget.model_construct(name=control["name"], tcp=f"{host}:{port}", timeout=_TIMEOUT)
    return compile_target(written, Defaults())
