"""The channels: one file for each kind, all with the same signature."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from caretaker.core.config import Channel
from functions.notify.channels import pagerduty, slack, sns, webhook
from functions.notify.channels.outcome import Outcome
from functions.notify.message import Message

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

Send = Callable[[Channel, Message], Outcome]


def channels(client: "SNSClient", topics: Mapping[str, str]) -> Mapping[str, Send]:
    """Return what sends, by the kind of channel."""
    return {
        "slack": slack.sender(),
        "sns": sns.sender(client, topics),
        "pagerduty": pagerduty.sender(),
        "webhook": webhook.sender(time.time),
    }
