"""Databases that are backed up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Fingerprint = Literal["auto", "full", "counts", "off"]


@dataclass(frozen=True, slots=True)
class BackupTarget:
    """A PostgreSQL database. ``rpo`` and ``rto`` are in seconds; ``ca`` is PEM text of an own authority."""

    name: str
    url: str = field(repr=False)
    rpo: float
    rto: float
    exclude_table_data: tuple[str, ...]
    fingerprint: Fingerprint
    ca: str

    @property
    def check(self) -> str:
        """The name of the check."""
        return f"backup/{self.name}"


def backup_target(compiled: Mapping[str, Any]) -> BackupTarget:  # a JSON object
    """Return a database from its compiled form."""
    return BackupTarget(
        name=compiled["name"],
        url=compiled["url"],
        rpo=compiled["rpo"],
        rto=compiled["rto"],
        exclude_table_data=tuple(compiled["exclude_table_data"]),
        fingerprint=compiled["fingerprint"],
        ca=compiled["ca"],
    )
