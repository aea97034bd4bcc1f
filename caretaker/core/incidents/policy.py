"""How much evidence opens and closes an incident."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Confirm:
    """``bad`` of the last ``of`` runs must have been bad, not necessarily in a row."""

    bad: int
    of: int


@dataclass(frozen=True, slots=True)
class Policy:
    """``confirm`` is for ``down``, ``confirm_limits`` for ``degraded``; ``recover`` good runs in a row resolve.

    ``each_code`` says that people are told of every defect that joins an open incident, not of a worse one only.
    """

    confirm: Confirm
    confirm_limits: Confirm
    recover: int
    each_code: bool = False
