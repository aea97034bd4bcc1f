"""What is to be said before a restore begins, and whether it may begin."""

from dataclasses import dataclass
from typing import Literal

Weight = Literal["note", "asks", "stops"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a person has to know: a ``note``, what they have to agree to (``asks``), or what ``stops`` it."""

    weight: Weight
    message: str
    fix: str = ""
