"""The types of the texts in a configuration."""

import re
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.base import context
from caretaker.authoring.values import references
from caretaker.authoring.values.certificates import read_certificates
from caretaker.authoring.values.hosts import bare_host, host_and_port, name_server
from caretaker.authoring.values.pages import page, pages
from caretaker.authoring.values.paths import check_path
from caretaker.authoring.values.patterns import check_pattern
from caretaker.authoring.values.urls import PATTERN as URL_PATTERN
from caretaker.authoring.values.urls import POSTGRES, REDIS, WEB, Form, normal_url, password
from caretaker.authoring.wording import kind, near, one_of, quoted
from caretaker.core.results import Severity
from caretaker.core.secrets import REFERENCE, without_references

_SLACK = "hooks.slack.com"  # whose webhooks post for whoever knows them
NAME_PATTERN = r"^[A-Za-z0-9._-]{1,64}$"
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")  # a token of RFC 9110, 5.6.2
_FORBIDDEN_IN_HEADERS = re.compile(r"[\0-\x08\x0a-\x1f\x7f]")


def _name(text: str) -> str:
    if not re.fullmatch(NAME_PATTERN, text):
        raise Unfit(f"{quoted(text)} is not a name", "Use 1 to 64 letters, digits and - _ . without spaces.")
    return text


def _not_empty(text: str) -> str:
    if not text:
        raise Unfit("an empty text is found everywhere", "Write what to look for, or remove this.")
    return text


def _one_of(words: type[StrEnum], value: object) -> object:
    if isinstance(value, str) and value not in list(words):
        raise Unfit(f"{quoted(value)} is not one of {one_of(words)}", near(value, words))
    if not isinstance(value, str):
        raise Unfit(f"one of {one_of(words)} is needed, not {kind(value)}")
    return words(value)


def one_word_of(words: type[StrEnum]) -> BeforeValidator:
    """Return a validator for one of a few words, in a sentence that lists them."""
    return BeforeValidator(partial(_one_of, words), json_schema_input_type=words)


def _secret_text(section: str) -> Callable[[str, ValidationInfo], str]:
    def check(text: str, info: ValidationInfo) -> str:
        known = context(info)
        prefix = known.prefix(section)
        return references.check_references(text, prefix=prefix, for_deployment=known.for_deployment)

    return check


def _address(section: str, form: Form = WEB) -> Callable[[str, ValidationInfo], str]:
    def check(text: str, info: ValidationInfo) -> str:
        if text.startswith("${"):
            return text  # where its beginning is secret, the address shows only when that is resolved
        filled = references.filled(text)
        normal = normal_url(filled, form)
        if password(without_references(text)) and context(info).for_deployment:
            raise Unfit(
                "a password must not stand in the address of something that is deployed",
                f"Write ${{ssm:{context(info).prefix(section)}NAME}} in its place.",
            )
        return normal if filled == text else text

    return check


def _key(text: str, info: ValidationInfo) -> str:
    if not text.strip():
        raise Unfit("the key is empty", f"Write ${{ssm:{context(info).prefix('alerts')}NAME}}.")
    if context(info).for_deployment and not REFERENCE.fullmatch(text):
        raise Unfit(
            "a key must not stand in a file that is deployed", f"Write ${{ssm:{context(info).prefix('alerts')}NAME}}."
        )
    return text


def _slack(text: str, info: ValidationInfo) -> str:
    if context(info).for_deployment and not REFERENCE.search(text) and urlsplit(text).hostname == _SLACK:
        raise Unfit(
            "the address of a Slack webhook is a secret, and must not stand in a file that is deployed",
            f"Write ${{ssm:{context(info).prefix('alerts')}NAME}}, and store it with caretaker secret set.",
        )
    return text


def _whole_reference(section: str) -> Callable[[str, ValidationInfo], str]:
    def check(text: str, info: ValidationInfo) -> str:
        if not REFERENCE.fullmatch(text):
            raise Unfit("a whole reference is needed", f"Write ${{ssm:{context(info).prefix(section)}NAME}}.")
        return text

    return check


def _body(text: str, info: ValidationInfo) -> str:
    known = context(info)
    return references.refuse_misspelt(text, prefix=known.prefix("uptime"), for_deployment=known.for_deployment)


def _header_value(text: str) -> str:
    if _FORBIDDEN_IN_HEADERS.search(text):
        raise Unfit("a header's value has no line breaks or control characters", "Write it in one line.")
    return text


def _header_name(text: str) -> str:
    if not _HEADER_NAME.fullmatch(text):
        raise Unfit("this is not the name of a header", "Write the name before the colon and the value behind it.")
    return text


def _certificates(name: str, info: ValidationInfo) -> str:
    return read_certificates(name, context(info).folder)


PlainText = Annotated[str, AfterValidator(references.refuse_references)]
Name = Annotated[str, AfterValidator(_name), Field(json_schema_extra={"pattern": NAME_PATTERN})]
SoughtText = Annotated[PlainText, AfterValidator(_not_empty)]
Pattern = Annotated[PlainText, AfterValidator(check_pattern)]
JsonPath = Annotated[PlainText, AfterValidator(check_path)]
HeaderName = Annotated[PlainText, AfterValidator(_header_name)]
UptimeSecret = Annotated[str, AfterValidator(_secret_text("uptime"))]
HeaderValue = Annotated[UptimeSecret, AfterValidator(_header_value)]
Body = Annotated[str, AfterValidator(_body)]
_UrlPattern = Field(json_schema_extra={"pattern": URL_PATTERN})
Url = Annotated[UptimeSecret, AfterValidator(_address("uptime")), _UrlPattern]
RedisUrl = Annotated[UptimeSecret, AfterValidator(_address("uptime", REDIS))]
PostgresUrl = Annotated[UptimeSecret, AfterValidator(_address("uptime", POSTGRES))]
BackupUrl = Annotated[str, AfterValidator(_secret_text("backup")), AfterValidator(_address("backup", POSTGRES))]
DrillUrl = Annotated[str, AfterValidator(_secret_text("drill")), AfterValidator(_whole_reference("drill"))]
ControlUrl = Annotated[PlainText, AfterValidator(_address("uptime")), _UrlPattern]
ChannelUrl = Annotated[str, AfterValidator(_secret_text("alerts")), AfterValidator(_address("alerts")), _UrlPattern]
SlackUrl = Annotated[ChannelUrl, AfterValidator(_slack)]
ChannelSecret = Annotated[str, AfterValidator(_secret_text("alerts")), AfterValidator(_key)]
PageUrl = Annotated[PlainText, AfterValidator(page), _UrlPattern]
PagesUrl = Annotated[PageUrl, AfterValidator(pages)]
Certificates = Annotated[PlainText, AfterValidator(_certificates)]
HostAndPort = Annotated[PlainText, AfterValidator(host_and_port)]
Host = Annotated[PlainText, AfterValidator(bare_host)]
NameServer = Annotated[PlainText, AfterValidator(name_server)]
SeverityWord = Annotated[Severity, one_word_of(Severity)]
