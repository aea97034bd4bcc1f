"""Where secrets are kept: the Parameter Store and Secrets Manager."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from caretaker.core.secrets import Reference, parameter_name

if TYPE_CHECKING:
    from boto3 import Session

_LONGEST = 4096  # characters of a parameter of the tier that costs nothing
_BATCH = 10  # names that one GetParameters takes


@dataclass(frozen=True, slots=True)
class Keeper:
    """Stores secrets in an account, and tells which are there; it never reads a value."""

    session: "Session"
    endpoint: str | None

    def put(self, reference: Reference, value: str) -> None:
        """Store a secret, in place of the value that may be there."""
        if reference.source == "ssm":
            self._put_parameter(reference, value)
        else:
            self._put_secret(reference, value)

    def missing(self, wanted: Iterable[Reference]) -> Sequence[Reference]:
        """Return those that are not there, in their order."""
        listed = list(wanted)
        parameters = [one for one in listed if one.source == "ssm"]
        absent = {one for one in listed if one.source == "secret" and not self._has_secret(one)}
        for start in range(0, len(parameters), _BATCH):
            names = {parameter_name(one.name): one for one in parameters[start : start + _BATCH]}
            answer = self.session.client("ssm", endpoint_url=self.endpoint).get_parameters(Names=list(names))
            absent |= {names[name] for name in answer["InvalidParameters"]}
        return [one for one in listed if one in absent]

    def _put_parameter(self, reference: Reference, value: str) -> None:
        if len(value) > _LONGEST:
            raise click.UsageError(f"the value is longer than {_LONGEST} characters: use ${{secret:…}} for it")
        self.session.client("ssm", endpoint_url=self.endpoint).put_parameter(
            Name=parameter_name(reference.name), Value=value, Type="SecureString", Overwrite=True
        )

    def _put_secret(self, reference: Reference, value: str) -> None:
        client = self.session.client("secretsmanager", endpoint_url=self.endpoint)
        if self._has_secret(reference):
            client.put_secret_value(SecretId=reference.name, SecretString=value)
        else:
            client.create_secret(Name=reference.name, SecretString=value)

    def _has_secret(self, reference: Reference) -> bool:
        client = self.session.client("secretsmanager", endpoint_url=self.endpoint)
        try:
            described = client.describe_secret(SecretId=reference.name)
        except client.exceptions.ResourceNotFoundException:
            return False
        return "DeletedDate" not in described
