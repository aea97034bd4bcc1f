"""From when on an answer is slow."""

from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.base import Section
from caretaker.authoring.model.figures import DurationText, Threshold
from caretaker.authoring.model.texts import SeverityWord
from caretaker.authoring.wording import kind
from caretaker.core.results import Severity


class SlowLevel(Section):
    """A duration, and how bad it is to exceed it."""

    over: Threshold
    """The look must not take longer than this."""
    severity: SeverityWord = Severity.MEDIUM
    """How bad it is if it does."""


class _Levels(Section):
    levels: list[SlowLevel]
    """Durations, and how bad it is to exceed each; the worst one exceeded counts."""


def _written(value: object) -> object:
    match value:
        case {"levels": levels, **others} if not others:
            return _written(levels)
        case dict():
            return [value]
        case []:
            raise Unfit("the list has no level", "Write a duration such as 5s, or [{over: 5s, severity: medium}].")
        case list():
            return value
        case str() | int() | float() if not isinstance(value, bool):
            return [{"over": value}]
        case _:
            advice = "Write 5s, or [{over: 5s, severity: medium}, {over: 10s, severity: critical}]."
            raise Unfit(f"a duration or a list of levels is needed, not {kind(value)}", advice)


Slow = Annotated[
    list[SlowLevel],
    BeforeValidator(_written, json_schema_input_type=DurationText | SlowLevel | list[SlowLevel] | _Levels),
]
Levels = Annotated[list[SlowLevel], BeforeValidator(_written, json_schema_input_type=list[SlowLevel])]


class MaySlow(Section):
    """From when on a look is slow."""

    slow: Slow | None = None
    """From when on the look is slow: a duration (then medium), or levels. From uptime.defaults if left out."""
    levels: Levels | None = None
    """The same as slow, for several levels."""

    @model_validator(mode="after")
    def _one_slowness(self) -> Self:
        if self.slow is not None and self.levels is not None:
            raise Unfit("slow and levels say the same thing", "Keep one of the two.")
        return self

    def slowness(self, default: list[SlowLevel]) -> list[SlowLevel]:
        """Return the levels that hold."""
        return self.slow or self.levels or default
