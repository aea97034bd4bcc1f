"""Secrets: how references to them are resolved, and how they are kept out of every text.

A reference stands anywhere in a text of the configuration: ``${ssm:NAME}`` names a SecureString of
the Parameter Store, ``${secret:NAME}`` a secret of Secrets Manager, ``${env:NAME}`` a variable of
the environment (local work only).
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ssm import SSMClient

REFERENCE = re.compile(r"\$\{(ssm|secret|env):([^{}]*)\}")
_SSM_BATCH = 10  # names that one GetParameters takes
_PASSING = frozenset({"ThrottlingException", "TooManyUpdates"})  # answered like a mistake of the caller's, and none
_ABSENT = "ResourceNotFoundException"
_SERVERS_FAULT = 500
_SHORTEST = 4  # a shorter secret would blot out ordinary words


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a secret is kept: ``source`` is ``ssm``, ``secret`` or ``env``."""

    source: str
    name: str

    def __str__(self) -> str:
        return f"${{{self.source}:{self.name}}}"


class SecretUnavailable(Exception):
    """A secret could not be read; the message names it, and never holds a value."""


class SecretOutOfReach(SecretUnavailable):
    """It could not be asked for: a minute later that may be possible."""


Reader = Callable[[frozenset[Reference]], Mapping[Reference, str | SecretUnavailable]]


def references(value: object) -> frozenset[Reference]:
    """Return the references in all texts of a JSON value."""
    return frozenset(Reference(source, name) for leaf in _texts(value) for source, name in REFERENCE.findall(leaf))


def without_references(text: str) -> str:
    """Return what a text holds beside its references."""
    return REFERENCE.sub("", text)


def substitute(value: Any, secrets: Mapping[Reference, str | SecretUnavailable]) -> Any:
    """Return a JSON value with its references replaced; raise ``SecretUnavailable`` if one has no value."""
    match value:
        case str():
            return REFERENCE.sub(lambda found: _secret(secrets, Reference(found[1], found[2])), value)
        case dict():
            return {name: substitute(part, secrets) for name, part in value.items()}
        case list():
            return [substitute(part, secrets) for part in value]
        case _:
            return value


def _secret(secrets: Mapping[Reference, str | SecretUnavailable], reference: Reference) -> str:
    secret = secrets[reference]
    if isinstance(secret, SecretUnavailable):
        raise secret
    return secret


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)


@dataclass(frozen=True, slots=True)
class AwsSecrets:
    """Reads references from AWS: ten parameters with one call, secrets one by one. Clients are made when needed."""

    ssm: "Callable[[], SSMClient]"
    secrets_manager: "Callable[[], SecretsManagerClient]"

    def __call__(self, wanted: frozenset[Reference]) -> dict[Reference, str | SecretUnavailable]:
        """Return for each reference its value, or why there is none."""
        parameters = sorted((item for item in wanted if item.source == "ssm"), key=str)
        found: dict[Reference, str | SecretUnavailable] = {}
        for start in range(0, len(parameters), _SSM_BATCH):
            found |= self._parameters(parameters[start : start + _SSM_BATCH])
        for reference in sorted((item for item in wanted if item.source == "secret"), key=str):
            found[reference] = self._secret(reference)
        for reference in wanted:
            found.setdefault(reference, SecretUnavailable(f"{reference} can only be used on a person's machine"))
        return found

    def _parameters(self, wanted: list[Reference]) -> dict[Reference, str | SecretUnavailable]:
        names = {parameter_name(reference.name): reference for reference in wanted}
        try:
            answer = self.ssm().get_parameters(Names=list(names), WithDecryption=True)
        except (BotoCoreError, ClientError) as error:
            return {reference: _unavailable(reference, error) for reference in wanted}
        values = {parameter["Name"]: parameter["Value"] for parameter in answer["Parameters"]}
        return {
            reference: values.get(name) or SecretUnavailable(f"there is no parameter {name}{_store(reference)}")
            for name, reference in names.items()
        }

    def _secret(self, reference: Reference) -> str | SecretUnavailable:
        try:
            return self.secrets_manager().get_secret_value(SecretId=reference.name)["SecretString"]
        except (BotoCoreError, ClientError) as error:
            return _unavailable(reference, error)
        except KeyError:
            return SecretUnavailable(f"the secret {reference.name} is binary: store it as text")


def parameter_name(name: str) -> str:
    """Return the name of the parameter that a reference means."""
    # The Parameter Store wants a leading slash on every name that has a path.
    return "/" + name.removeprefix("/")


def _unavailable(reference: Reference, error: BotoCoreError | ClientError) -> SecretUnavailable:
    if not isinstance(error, ClientError):
        return SecretOutOfReach(f"{reference} could not be read: {type(error).__name__}")
    code = error.response["Error"].get("Code", "")
    if code == _ABSENT:
        return SecretUnavailable(f"there is no secret {reference.name}{_store(reference)}")
    passing = code in _PASSING or error.response["ResponseMetadata"]["HTTPStatusCode"] >= _SERVERS_FAULT
    return (SecretOutOfReach if passing else SecretUnavailable)(f"{reference} could not be read: {code}")


def _store(reference: Reference) -> str:
    return f": store it with caretaker secret set {reference.name.strip('/')}"


class Redactor:
    """Replaces secrets by ``***`` in texts, also where they stand quoted, escaped or encoded."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for form in _forms(secret) if len(form) >= _SHORTEST}
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def text(self, value: str) -> str:
        """Return the text without any of the secrets."""
        return self._pattern.sub("***", value) if self._pattern else value


def _forms(secret: str) -> Iterator[str]:
    parts = {secret, *_url_secrets(secret)}
    for part in parts:
        yield part
        yield quote(part, safe="")
        yield quote(part)
        yield quote_plus(part)
        yield unquote(part)
        yield json.dumps(part)[1:-1]
        # Three alignments of base64: the secret may stand anywhere in what was encoded.
        for offset in range(3):
            encoded = base64.b64encode(b"\0" * offset + part.encode()).decode().rstrip("=")
            yield encoded[(0, 2, 3)[offset] : -1]


def _url_secrets(secret: str) -> Iterator[str]:
    """Yield what is secret inside a secret URL: its password, and the path and query behind its host."""
    try:
        url = urlsplit(secret)
        password = url.password
    except ValueError:
        return
    if not url.scheme or not url.netloc:
        return
    if password:
        yield password
    tail = secret.partition(url.netloc)[2]
    if len(tail.strip("/")) > _SHORTEST:
        yield tail
        yield tail.lstrip("/")
