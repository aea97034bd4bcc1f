"""What functions find in /opt in Lambda, and elsewhere on a person's machine."""

from collections.abc import Mapping
from functools import cache

from layers.postgres.layer import layer

_PROGRAMS = "CARETAKER_PROGRAMS"  # where PostgreSQL's programs are


def with_layers(environment: Mapping[str, str]) -> dict[str, str]:
    """Return a function's environment with the places of its layers on this machine, made first if need be."""
    return {**environment, _PROGRAMS: _programs()} if _PROGRAMS in environment else dict(environment)


@cache
def _programs() -> str:
    return str(layer("host") / "postgres")
