"""The local AWS as a client of itself: it creates the stack and sends failures through its own port."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from caretaker.local.identity import INTERNAL_KEY
from caretaker.local.sessions import local_session

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.config import Config
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Clients:
    """Clients of one endpoint, made when they are first needed. Their calls are not recorded."""

    endpoint_url: str

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """The client of CloudFormation."""
        return self._session.client("cloudformation", endpoint_url=self.endpoint_url, config=self._config)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """The client of DynamoDB."""
        return self._session.client("dynamodb", endpoint_url=self.endpoint_url, config=self._config)

    @cached_property
    def s3(self) -> "S3Client":
        """The client of S3."""
        return self._session.client("s3", endpoint_url=self.endpoint_url, config=self._config)

    @cached_property
    def sns(self) -> "SNSClient":
        """The client of SNS."""
        return self._session.client("sns", endpoint_url=self.endpoint_url, config=self._config)

    @cached_property
    def sqs(self) -> "SQSClient":
        """The client of SQS."""
        return self._session.client("sqs", endpoint_url=self.endpoint_url, config=self._config)

    @cached_property
    def _session(self) -> "Session":
        return local_session(INTERNAL_KEY)

    @cached_property
    def _config(self) -> "Config":
        from botocore.config import Config

        return Config(retries={"total_max_attempts": 1})
