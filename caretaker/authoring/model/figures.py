"""The types of the durations, sizes, counts and ranges in a configuration."""

from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.values import durations, quorums, sizes, statuses
from caretaker.authoring.wording import kind

DurationText = Annotated[str, Field(pattern=durations.PATTERN, examples=["5s", "24h"])]
_SizeText = Annotated[str, Field(pattern=sizes.PATTERN, examples=["512kB", "1MB"])]
_QuorumText = Annotated[str, Field(pattern=quorums.PATTERN, examples=["2 of 3"])]
_StatusRange = Annotated[str, Field(pattern=statuses.PATTERN, examples=["200-299"])]
_StatusText = _StatusRange | Annotated[int, Field(ge=100, le=599)]

_LONGEST_LOOK = 60.0  # seconds: a look and its re-checks have to fit into one run of a function
_LONGEST_RECHECK = 60.0
_MOST_RECHECKS = 5


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit(f"a number is needed, not {kind(value)}", "Write a number without quotes or unit, such as 80.")
    return value


def _whole(least: int, most: int, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit(f"a whole number is needed, not {kind(value)}", f"Write one from {least} to {most}.")
    if not least <= value <= most:
        raise Unfit(f"{value} is too {'small' if value < least else 'large'}", f"Write one from {least} to {most}.")
    return value


def _between(shortest: float, longest: float) -> AfterValidator:
    return AfterValidator(partial(durations.within, shortest=shortest, longest=longest))


def _whole_number(least: int, most: int) -> BeforeValidator:
    return BeforeValidator(
        partial(_whole, least, most), json_schema_input_type=Annotated[int, Field(ge=least, le=most)]
    )


def status_ranges(value: object) -> object:
    """Return statuses as a list, also if only one is written."""
    return value if isinstance(value, list) else [value]


def default(written: str) -> Any:  # the JSON Schema shows the default as a person would write it
    """Return what a JSON Schema says of a default that is kept in another form than it is written in."""
    return {"default": written}


Duration = Annotated[float, BeforeValidator(durations.parse_duration, json_schema_input_type=DurationText)]
Timeout = Annotated[Duration, _between(0.1, _LONGEST_LOOK)]
Threshold = Annotated[Duration, _between(0.001, _LONGEST_LOOK)]
Reminder = Annotated[Duration, _between(900.0, 7 * 86_400.0)]
Promise = Annotated[Duration, _between(900.0, 400 * 86_400.0)]
Age = Annotated[Duration, _between(86_400.0, 4_000 * 86_400.0)]
Kept = Annotated[int, _whole_number(1, 1_000)]
Periods = Annotated[int, _whole_number(0, 1_000)]
Lead = Annotated[Duration, _between(3_600.0, 398 * 86_400.0)]
RecheckSpan = Annotated[Duration, _between(1.0, _LONGEST_RECHECK)]
RecheckTimes = Annotated[int, _whole_number(0, _MOST_RECHECKS)]
Runs = Annotated[int, _whole_number(1, quorums.LONGEST)]
Port = Annotated[int, _whole_number(1, 65_535)]
Size = Annotated[int, BeforeValidator(sizes.parse_size, json_schema_input_type=_SizeText)]
Quorum = Annotated[tuple[int, int], BeforeValidator(quorums.parse_quorum, json_schema_input_type=_QuorumText)]
Status = Annotated[tuple[int, int], BeforeValidator(statuses.parse_status, json_schema_input_type=_StatusText)]
Number = Annotated[int | float, BeforeValidator(_number, json_schema_input_type=float)]
