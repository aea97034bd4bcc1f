"""SNS: e-mail, SMS and whatever else is subscribed to a topic."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from caretaker.core.config import Channel
from functions.notify.channels.deadline import PATIENCE, within
from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.channels.sns_texts import subject, texts
from functions.notify.message import Message

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_NEVER = frozenset({"NotFound", "AuthorizationError", "InvalidParameter", "InvalidParameterValue", "InvalidSecurity"})


def sender(
    client: "SNSClient", topics: Mapping[str, str], patience: float = PATIENCE
) -> Callable[[Channel, Message], Outcome]:
    """Return what sends to a topic; ``topics`` has the ARN for each address that a channel may have.

    ``patience`` is how many seconds an attempt may take.
    """

    def send(channel: Channel, message: Message) -> Outcome:
        arn = topics.get(channel.address)
        if not arn:
            return Refused(f"there is no topic {channel.address}")
        return _publish(client, arn, message, patience)

    return send


def _publish(client: "SNSClient", arn: str, message: Message, patience: float) -> Outcome:
    member = message.members[0]
    attributes = {"severity": str(message.severity), "environment": message.environment, "kind": str(member.event)}
    publish = partial(
        client.publish,
        TopicArn=arn,
        Subject=subject(message),
        Message=texts(message),
        MessageStructure="json",
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value or "-"} for name, value in attributes.items()
        },
    )
    try:
        within(patience, publish)
    except TimeoutError:
        return Retry("SNS did not answer in time")
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        said = f"SNS answered {code}"
        return Refused(said) if code in _NEVER else Retry(said)
    except (BotoCoreError, ResponseParserError, KeyError) as error:
        # A KeyError is what botocore makes of XML that somebody else answers with.
        return Retry(f"no connection to SNS: {type(error).__name__}")
    return Sent()
