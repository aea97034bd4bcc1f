"""How references to secrets are resolved on a person's machine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from caretaker.core.secrets import AwsSecrets, Reference, SecretUnavailable


@dataclass(slots=True)
class LocalSecrets:
    """Reads ``${env:NAME}`` from the given environment and everything else from AWS, if boto3 is installed.

    ``values`` collects what was read, to be kept out of every text.
    """

    environment: Mapping[str, str]
    values: set[str] = field(default_factory=set)

    def __call__(self, wanted: frozenset[Reference]) -> dict[Reference, str | SecretUnavailable]:
        """Return for each reference its value, or why there is none."""
        variables = {reference for reference in wanted if reference.source == "env"}
        found: dict[Reference, str | SecretUnavailable] = {}
        for reference in variables:
            missing = SecretUnavailable(f"the environment variable {reference.name} is not set")
            found[reference] = self.environment.get(reference.name, missing)
        if wanted - variables:
            found |= _from_aws(wanted - variables)
        self.values |= {value for value in found.values() if isinstance(value, str)}
        return found


def _from_aws(wanted: frozenset[Reference]) -> Mapping[Reference, str | SecretUnavailable]:
    try:
        import boto3
    except ImportError:
        return dict.fromkeys(wanted, SecretUnavailable("boto3 is not installed: pip install boto3"))
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=3, read_timeout=5)
    try:
        return AwsSecrets(
            lambda: boto3.client("ssm", config=config), lambda: boto3.client("secretsmanager", config=config)
        )(wanted)
    except BotoCoreError as error:
        # A missing region or a broken profile shows when a client is made.
        return {item: SecretUnavailable(f"{item} could not be read: {error}") for item in wanted}
