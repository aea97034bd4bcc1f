"""Control targets, compiled: HTTP targets of which only the network matters."""

from caretaker.authoring.compiling.section import Section
from caretaker.authoring.compiling.targets import compile_target
from caretaker.authoring.model.targets.http import HttpTarget
from caretaker.authoring.model.uptime import Defaults

_TIMEOUT = 5.0  # seconds


def compile_control(url: str, number: int) -> Section:
    """Return the compiled form of a control target; its name is none that a target can have."""
    written = HttpTarget.model_construct(name=f"control:{number}", url=url, timeout=_TIMEOUT, follow_redirects=False)
    return compile_target(written, Defaults())
