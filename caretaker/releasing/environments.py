"""Which environments there are: those of the configurations, each with a section of samconfig.toml and a stack."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from caretaker.authoring import load
from caretaker.releasing.errors import ReleaseError
from caretaker.releasing.settings import Settings

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment, the configuration that is of it, its section of samconfig.toml, and its stack."""

    name: str
    config: Path
    section: str
    stack: str


def environments(configs: Sequence[Path], settings: Settings) -> list[Environment]:
    """Return the environments, the first of them the one that SAM deploys by default."""
    found: list[Environment] = []
    for config in configs:
        name = load(config, for_deployment=True).environment
        if name in (one.name for one in found):
            raise ReleaseError(f"{config} is the second file for the environment {name}: keep one")
        section = name if found else DEFAULT
        usual = f"{found[0].stack}-{name}" if found else "caretaker"
        found.append(Environment(name, config, section, settings.stack(section) or usual))
    return found


def pick(known: Sequence[Environment], name: str | None) -> Environment:
    """Return the environment of that name, by default the first; raise ``ReleaseError`` if there is none."""
    for one in known:
        if name in (None, one.name):
            return one
    there = ", ".join(f"{one.config} is {one.name}" for one in known)
    raise ReleaseError(f"no configuration says environment: {name} ({there}): write caretaker.{name}.yaml")
