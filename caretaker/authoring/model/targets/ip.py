"""Which addresses of a name are used."""

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from caretaker.authoring.model.texts import one_word_of


class IpVersion(StrEnum):
    """Which addresses of a name are looked for."""

    ANY = "any"
    FOUR = "4"
    SIX = "6"


def _digit(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Ip = Annotated[
    IpVersion,
    one_word_of(IpVersion),
    BeforeValidator(_digit, json_schema_input_type=IpVersion | int),
    Field(json_schema_extra={"enum": ["any", 4, 6, "4", "6"]}),
]
