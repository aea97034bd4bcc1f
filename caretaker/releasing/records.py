"""The last good version of a stack: its template, kept beside the artifacts that it names.

CloudFormation keeps the template of what is deployed, with the addresses of its artifacts; their bucket keeps
every artifact. So a copy of that template, made once the version has proved itself, is all that it takes to
come back to it.
"""

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from caretaker.releasing.errors import ReleaseError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

_ARTIFACT = re.compile(r"s3://([a-z0-9.-]+)/")


@dataclass(frozen=True, slots=True)
class Records:
    """What is known of the versions of one stack."""

    stack: str
    cloudformation: "CloudFormationClient"
    s3: "S3Client"

    def keep(self) -> str:
        """Record what is deployed as good; return where. Raise ``ReleaseError`` if it names no artifacts."""
        template = self._deployed()
        bucket = self._bucket(template)
        self.s3.put_object(Bucket=bucket, Key=self._key, Body=template.encode())
        return f"s3://{bucket}/{self._key}"

    def good(self) -> str:
        """Return the template of the last good version; raise ``ReleaseError`` if there is none yet."""
        bucket = self._bucket(self._deployed())
        try:
            return self.s3.get_object(Bucket=bucket, Key=self._key)["Body"].read().decode()
        except self.s3.exceptions.NoSuchKey:
            raise ReleaseError(
                f"no version of {self.stack} has been recorded as good yet: there is nothing to go back to"
            ) from None

    def _deployed(self) -> str:
        body: Any = self.cloudformation.get_template(StackName=self.stack, TemplateStage="Original")["TemplateBody"]
        return body if isinstance(body, str) else json.dumps(body)

    def _bucket(self, template: str) -> str:
        found = _ARTIFACT.search(template)
        if found is None:
            raise ReleaseError(f"what is deployed as {self.stack} names no artifacts: was it deployed by SAM?")
        return found[1]

    @property
    def _key(self) -> str:
        return f"{self.stack}/good.template"
