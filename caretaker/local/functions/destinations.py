"""Where the records of failed invocations go: a queue or a topic of the stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.local.clients import Clients
from caretaker.local.functions.logs import LogBook
from caretaker.local.stack.resources import Function


@dataclass(frozen=True, slots=True)
class Destinations:
    """Sends records through the local AWS's own port; what cannot be sent is said in the function's logs."""

    clients: Clients
    logs: LogBook

    def send(self, function: Function, arn: str, body: str, attributes: Mapping[str, str] | None = None) -> None:
        """Send a record of a function's failure to the queue (with attributes) or topic of this ARN."""
        service, name = arn.split(":")[2], arn.split(":")[5]
        try:
            match service:
                case "sqs":
                    url = self.clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]
                    self.clients.sqs.send_message(
                        QueueUrl=url,
                        MessageBody=body,
                        MessageAttributes={
                            name: {"DataType": "String", "StringValue": value}
                            for name, value in (attributes or {}).items()
                        },
                    )
                case "sns":
                    self.clients.sns.publish(TopicArn=arn, Message=body)
                case _:
                    self.logs.add(function.name, f"a failure was not sent: the local AWS knows no destination {arn}")
        except (BotoCoreError, ClientError) as error:
            self.logs.add(function.name, f"a failure was not sent to {arn}: {error}")


def failure_record(function: Function, request: str, condition: str, invocations: int) -> dict[str, Any]:
    """Return what Lambda tells every destination of a failure.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(),
        "requestContext": {
            "requestId": request,
            "functionArn": f"{function.arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": invocations,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    }
