"""One endpoint to watch."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.base import Section
from caretaker.authoring.model.expectations import Expect
from caretaker.authoring.model.figures import Quorum, Runs, Size, Timeout, default
from caretaker.authoring.model.recheck import Recheck
from caretaker.authoring.model.texts import (
    Body,
    Certificates,
    HeaderName,
    HeaderValue,
    Name,
    SeverityWord,
    UptimeSecret,
    Url,
    one_word_of,
)
from caretaker.authoring.values.references import without_references
from caretaker.authoring.values.urls import has_user


class Method(StrEnum):
    """The methods that a look may use."""

    GET = "GET"
    HEAD = "HEAD"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"
    OPTIONS = "OPTIONS"


class IpVersion(StrEnum):
    """Which addresses of a name are looked for."""

    ANY = "any"
    FOUR = "4"
    SIX = "6"


class Addresses(StrEnum):
    """How many addresses of a name are looked at."""

    FIRST = "first"


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _digit(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _distinct(headers: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for name in headers:
        if name.lower() in seen:
            raise Unfit(f"the header {name} is there twice, also as {seen[name.lower()]}", "Keep one of the two.")
        seen[name.lower()] = name
    return headers


class Auth(Section):
    """How the look says who it is: one of the two."""

    basic: Annotated[list[UptimeSecret], Field(min_length=2, max_length=2)] | None = None
    """A user and a password."""
    bearer: UptimeSecret | None = None
    """A token."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.basic is None) == (self.bearer is None):
            raise Unfit("one of basic and bearer is needed", "Write {basic: [USER, PASSWORD]} or {bearer: TOKEN}.")
        return self


class Target(Section):
    """An HTTP or HTTPS endpoint to watch."""

    name: Name
    """Unique within uptime: letters, digits and - _ ."""
    url: Url
    """The address, http:// or https://."""
    group: Name | None = None
    """One word for messages and the status page."""
    method: Annotated[Method, one_word_of(Method), BeforeValidator(_upper, json_schema_input_type=Method)] = Method.GET
    """The method of the request."""
    headers: Annotated[dict[HeaderName, HeaderValue], AfterValidator(_distinct)] = Field(default={})
    """Headers of the request."""
    body: Body = ""
    """The body of the request."""
    auth: Auth | None = None
    """A user and password, or a token."""
    follow_redirects: bool = True
    """Whether up to ten redirects are followed; else their status is judged."""
    max_body: Size = Field(default=1_000_000, json_schema_extra=default("1MB"))
    """How much of the body is read; more is a failure."""
    ca: Certificates | None = None
    """A PEM file with authorities of your own, trusted beside the public ones; relative to this file."""
    verify_tls: bool = True
    """Whether the server's certificate is verified."""
    ip: Annotated[
        IpVersion, one_word_of(IpVersion), BeforeValidator(_digit, json_schema_input_type=IpVersion | int)
    ] = Field(default=IpVersion.ANY, json_schema_extra={"enum": ["any", 4, 6, "4", "6"]})
    """Which addresses of the name are used."""
    addresses: Annotated[Addresses, one_word_of(Addresses)] = Addresses.FIRST
    """How many addresses of the name are looked at."""
    expect: Expect = Expect()
    """What a good answer looks like."""
    timeout: Timeout | None = None
    """How long the whole look may take; from uptime.defaults if left out."""
    severity: SeverityWord | None = None
    """How bad it is if the target is down; from uptime.defaults if left out."""
    recheck: Recheck | None = None
    """How often a bad look is repeated; from uptime.defaults if left out."""
    confirm: Quorum | None = None
    """How many of the last runs must be down; from uptime.defaults if left out."""
    confirm_limits: Quorum | None = None
    """How many of the last runs must be over a limit or slow; from uptime.defaults if left out."""
    recover: Runs | None = None
    """How many good runs in a row end an incident; from uptime.defaults if left out."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.auth is not None and has_user(without_references(self.url)):
            raise Unfit("auth and a user in the address contradict each other", "Keep one of the two.")
        expect = self.expect
        if self.method is Method.HEAD and (expect.contains or expect.not_contains or expect.matches or expect.json_):
            raise Unfit("the answer to HEAD has no body to look into", "Use method: GET.")
        return self
