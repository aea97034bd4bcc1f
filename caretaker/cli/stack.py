"""Which stack a command is about."""

import tomllib
from pathlib import Path

LOCAL = "caretaker"


def stack_name(is_local: bool, settings: Path = Path("samconfig.toml")) -> str:
    """Return the name of the local stack, or of the one that samconfig.toml deploys by default."""
    if is_local or not settings.is_file():
        return LOCAL
    parameters = tomllib.loads(settings.read_text("utf-8")).get("default", {})
    for command in ("deploy", "global"):
        name = parameters.get(command, {}).get("parameters", {}).get("stack_name")
        if name:
            return str(name)
    return LOCAL
