"""A PostgreSQL database."""

from typing import Annotated

from pydantic import AfterValidator, Field

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.expectations import JsonRule
from caretaker.authoring.model.slowness import MaySlow
from caretaker.authoring.model.targets.base import BaseTarget
from caretaker.authoring.model.targets.ip import Ip, IpVersion
from caretaker.authoring.model.texts import Certificates, PlainText, PostgresUrl


def _one_statement(query: str) -> str:
    statement = query.strip().removesuffix(";").strip()
    if not statement:
        raise Unfit("the query is empty", "Write a query of one value, or leave it out for select 1.")
    if ";" in statement:
        raise Unfit("a query is one statement, without semicolons", "Make a target of each statement.")
    return statement


class PostgresExpect(MaySlow):
    """What a good answer looks like; any value is good if nothing is said."""

    value: JsonRule = Field(default=[])
    """What must hold for the value of the query: a value, conditions, or a list of levels."""


class PostgresTarget(BaseTarget):
    """A PostgreSQL database to watch."""

    postgres: PostgresUrl
    """Its address, postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with sslmode=… if it needs one."""
    query: Annotated[PlainText, AfterValidator(_one_statement)] = "select 1"
    """A query of one value; it runs read only and within the timeout."""
    ca: Certificates | None = None
    """A PEM file with authorities of your own, trusted beside the public ones; relative to this file."""
    ip: Ip = IpVersion.ANY
    """Which addresses of the name are used."""
    expect: PostgresExpect = PostgresExpect()
    """What a good answer looks like."""
