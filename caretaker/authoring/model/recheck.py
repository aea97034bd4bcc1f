"""How a bad first look is repeated."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.base import Section
from caretaker.authoring.model.figures import RecheckSpan, RecheckTimes, default
from caretaker.authoring.wording import kind


class RecheckRule(Section):
    """How a bad first look is repeated inside its run, on new connections."""

    times: RecheckTimes = 2
    """How often; 0 believes the first look."""
    over: RecheckSpan = Field(default=20.0, json_schema_extra=default("20s"))
    """The time over which the repeated looks are spread."""


def _written(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return {"times": value}
    if isinstance(value, dict | RecheckRule):
        return value
    raise Unfit(f"a number of times is needed, not {kind(value)}", "Write 2, or {times: 2, over: 20s}.")


Recheck = Annotated[
    RecheckRule, BeforeValidator(_written, json_schema_input_type=Annotated[int, Field(ge=0, le=5)] | RecheckRule)
]
