"""What all sections of a configuration have in common."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationInfo


class Section(BaseModel):
    """A mapping with known keys: unknown ones are mistakes, and no value is converted to another type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class Context:
    """What judging a value takes beyond the value: the environment's name, the file's folder, the purpose."""

    environment: str
    folder: Path
    for_deployment: bool

    def prefix(self, section: str) -> str:
        """Return what the names of a section's secrets begin with."""
        return f"caretaker/{self.environment}/{section}/"


def context(info: ValidationInfo) -> Context:
    """Return the context that a validation was started with."""
    if not isinstance(info.context, Context):
        raise TypeError("a configuration is validated by caretaker.authoring.load")
    return info.context
