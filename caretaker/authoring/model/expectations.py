"""What a good answer looks like."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.base import Section
from caretaker.authoring.model.figures import Number, Status, status_ranges
from caretaker.authoring.model.slowness import MaySlow
from caretaker.authoring.model.texts import HeaderName, JsonPath, Pattern, PlainText, SeverityWord, SoughtText
from caretaker.authoring.values.references import refuse_references
from caretaker.authoring.wording import kind


def _one_or_more(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _json_value(value: object) -> object:
    match value:
        case str():
            refuse_references(value)
        case list():
            for item in value:
                _json_value(item)
        case dict():
            for item in value.values():
                _json_value(item)
    return value


JsonValue = Annotated[Any, AfterValidator(_json_value)]  # an answer may be compared with any JSON value


class JsonCondition(Section):
    """What must hold for one value of a JSON document."""

    equals: JsonValue = None
    """The value, exactly."""
    one_of: Annotated[list[JsonValue], Field(min_length=1)] | None = None
    """The values that are good."""
    matches: Pattern | None = None
    """A regular expression (RE2) that must be found in the text."""
    present: bool | None = None
    """true: it must be there, whatever it is; false: it must not be there."""
    min: Number | None = None
    """The least number that is good."""
    max: Number | None = None
    """The largest number that is good."""
    severity: SeverityWord | None = None
    """How bad a number outside of min and max is; medium if left out."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self.model_fields_set - {"severity"}:
            raise Unfit("there is no condition", "Write a value, or one of min, max, one_of, matches, present.")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise Unfit(f"no number is at least {self.min} and at most {self.max}", "Exchange min and max.")
        if self.severity is not None and self.min is None and self.max is None:
            raise Unfit(
                "severity belongs to min and max only",
                "What else does not hold has the severity of the target: set it there.",
            )
        return self


class HeaderCondition(Section):
    """What must hold for a header: one of the two."""

    equals: PlainText | None = None
    """The value, parameters such as charset left aside."""
    matches: Pattern | None = None
    """A regular expression (RE2) that must be found in the value."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.equals is None) == (self.matches is None):
            raise Unfit("one of equals and matches is needed", "Write a text, or {matches: PATTERN}.")
        return self


def _conditions(value: object) -> object:
    match value:
        case []:
            raise Unfit("the list has no level", "Write [{max: 80, severity: medium}].")
        case list():
            for item in value:
                if not isinstance(item, dict):
                    advice = "For a value that is a list write {equals: […]}; for several good ones {one_of: […]}."
                    raise Unfit(f"a list here holds levels such as {{max: 80}}, not {kind(item)}", advice)
            return value
        case dict():
            return [value]
        case _:
            return [{"equals": value}]


_JsonScalar = str | int | float | bool | None

JsonRule = Annotated[
    list[JsonCondition],
    BeforeValidator(_conditions, json_schema_input_type=_JsonScalar | JsonCondition | list[JsonCondition]),
]


def _header_condition(value: object) -> object:
    match value:
        case str():
            return {"equals": value}
        case dict():
            return value
        case _:
            raise Unfit(f"text is needed, not {kind(value)}", "Put the value in quotes, or write {matches: PATTERN}.")


HeaderRule = Annotated[
    HeaderCondition, BeforeValidator(_header_condition, json_schema_input_type=str | HeaderCondition)
]
Texts = Annotated[list[SoughtText], BeforeValidator(_one_or_more, json_schema_input_type=str | list[str])]
Patterns = Annotated[list[Pattern], BeforeValidator(_one_or_more, json_schema_input_type=str | list[str])]


class Expect(MaySlow):
    """What a good answer looks like; everything that is left out is good."""

    status: Annotated[
        list[Status],
        BeforeValidator(status_ranges, json_schema_input_type=Status | list[Status]),
        Field(min_length=1),
    ] = Field(default=[(200, 299)], json_schema_extra={"default": ["200-299"]})
    """The HTTP statuses that are good: single ones and ranges."""
    contains: Texts = Field(default=[])
    """Texts that must all stand in the body."""
    not_contains: Texts = Field(default=[])
    """Texts of which none may stand in the body."""
    matches: Patterns = Field(default=[])
    """Regular expressions (RE2) that must all be found in the body."""
    headers: dict[HeaderName, HeaderRule] = Field(default={})
    """Headers of the answer: the value, parameters such as charset left aside, or {matches: PATTERN}."""
    json_: dict[JsonPath, JsonRule] = Field(default={}, alias="json")
    """What must hold for values of a JSON body, by JMESPath: a value, conditions, or a list of levels."""
