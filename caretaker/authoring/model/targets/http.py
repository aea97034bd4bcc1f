"""An HTTP or HTTPS endpoint."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.base import Section
from caretaker.authoring.model.expectations import Expect
from caretaker.authoring.model.figures import Size, default
from caretaker.authoring.model.targets.base import BaseTarget
from caretaker.authoring.model.targets.ip import Ip, IpVersion
from caretaker.authoring.model.texts import (
    Body,
    Certificates,
    HeaderName,
    HeaderValue,
    UptimeSecret,
    Url,
    one_word_of,
)
from caretaker.authoring.values.urls import has_user
from caretaker.core.secrets import without_references


class Method(StrEnum):
    """The methods that a look may use."""

    GET = "GET"
    HEAD = "HEAD"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"
    OPTIONS = "OPTIONS"


class Addresses(StrEnum):
    """How many addresses of a name are looked at."""

    FIRST = "first"
    ALL = "all"


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


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
    bearer: HeaderValue | None = None
    """A token."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.basic is None) == (self.bearer is None):
            raise Unfit("one of basic and bearer is needed", "Write {basic: [USER, PASSWORD]} or {bearer: TOKEN}.")
        return self


class HttpTarget(BaseTarget):
    """An HTTP or HTTPS endpoint to watch."""

    url: Url
    """The address, http:// or https://."""
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
    ip: Ip = IpVersion.ANY
    """Which addresses of the name are used."""
    addresses: Annotated[Addresses, one_word_of(Addresses)] = Addresses.FIRST
    """How many addresses of the name are looked at."""
    expect: Expect = Expect()
    """What a good answer looks like."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.auth is not None and has_user(without_references(self.url)):
            raise Unfit("auth and a user in the address contradict each other", "Keep one of the two.")
        expect = self.expect
        if self.method is Method.HEAD and (expect.contains or expect.not_contains or expect.matches or expect.json_):
            raise Unfit("the answer to HEAD has no body to look into", "Use method: GET.")
        return self
