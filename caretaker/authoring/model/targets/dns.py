"""A record of the DNS."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.slowness import MaySlow
from caretaker.authoring.model.targets.base import BaseTarget
from caretaker.authoring.model.texts import Host, NameServer, SoughtText, one_word_of


class Record(StrEnum):
    """The types of records that can be asked for."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    MX = "MX"
    TXT = "TXT"


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class DnsExpect(MaySlow):
    """What a good answer looks like; any record is good if nothing is said."""

    one_of: Annotated[list[SoughtText], Field(min_length=1)] | None = None
    """Each record that is found must be one of these."""
    all_of: Annotated[list[SoughtText], Field(min_length=1)] | None = None
    """These records must be found, and no others."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.one_of is not None and self.all_of is not None:
            raise Unfit("one_of and all_of contradict each other", "Keep one of the two.")
        return self


class DnsTarget(BaseTarget):
    """A record of the DNS to watch."""

    dns: Host
    """The name whose record is asked for."""
    record: Annotated[Record, one_word_of(Record), BeforeValidator(_upper, json_schema_input_type=Record)] = Record.A
    """The type of the record."""
    server: NameServer | None = None
    """The address of the name server to ask, with or without a port; the system's own if left out."""
    expect: DnsExpect = DnsExpect()
    """What a good answer looks like."""
