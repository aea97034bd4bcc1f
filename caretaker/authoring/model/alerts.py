"""The section ``alerts``: whom to tell."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.base import Section
from caretaker.authoring.model.figures import Reminder, default
from caretaker.authoring.model.texts import ChannelSecret, ChannelUrl, Name, PagesUrl, SlackUrl, one_word_of


class Topic(StrEnum):
    """The topics of the stack that a channel can publish to."""

    ALERTS = "AlertTopic"


class Region(StrEnum):
    """PagerDuty's service regions."""

    US = "us"
    EU = "eu"


_KINDS = ("slack", "sns", "pagerduty", "webhook")


class Channel(Section):
    """Somewhere to send messages: one of slack, sns, pagerduty and webhook."""

    name: Name
    """Unique within the channels; routes and fallback name it."""
    slack: SlackUrl | None = None
    """The address of an incoming webhook, which is a secret: a reference."""
    sns: Annotated[Topic, one_word_of(Topic)] | None = None
    """The stack's topic for alerts: e-mail, SMS and whatever else subscribes to it."""
    pagerduty: ChannelSecret | None = None
    """The integration key of a PagerDuty service (Events API v2), as a reference."""
    region: Annotated[Region, one_word_of(Region)] = Region.US
    """The service region of the PagerDuty account."""
    webhook: ChannelUrl | None = None
    """The address of a receiver of your own, which gets signed JSON."""
    secret: ChannelSecret | None = None
    """The key that a webhook's messages are signed with, as a reference."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(getattr(self, kind) is not None for kind in _KINDS) != 1:
            raise Unfit(
                "a channel needs one of slack, sns, pagerduty and webhook",
                "Write slack: ADDRESS, sns: AlertTopic, pagerduty: KEY or webhook: ADDRESS.",
            )
        if (self.webhook is None) != (self.secret is None):
            raise Unfit(
                "webhook and secret belong together", "Write secret: ${ssm:NAME} beside webhook: to sign what is sent."
            )
        if "region" in self.model_fields_set and self.pagerduty is None:
            raise Unfit("region means nothing without pagerduty", "Remove it.")
        if self.name == WATCHDOG:
            raise Unfit("watchdog is the name of the watchdog topic", "Give this channel another name.")
        return self


class Routes(Section):
    """Which channels are told, by severity. A severity that is left out tells all of them, low none."""

    critical: list[Name] | None = None
    """Channels for what cannot wait."""
    high: list[Name] | None = None
    """Channels for what needs doing today."""
    medium: list[Name] | None = None
    """Channels for what needs watching."""
    low: list[Name] | None = None
    """Channels for what is good to know; none if left out."""


WATCHDOG = "watchdog"


class Alerts(Section):
    """Whom to tell."""

    channels: Annotated[list[Channel], Field(min_length=1)] | None = None
    """Where messages go; one channel ``email`` on AlertTopic if left out."""
    routes: Routes = Routes()
    """Which channels are told, by severity."""
    fallback: Name = WATCHDOG
    """The channel that gets what could not be delivered; watchdog is the watchdog topic."""
    reminder: Reminder = Field(default=4 * 3600.0, json_schema_extra=default("4h"))
    """How often people are reminded of an open incident, if it is critical or high."""
    runbooks: PagesUrl | None = None
    """Where docs/runbooks can be read; messages name a page by its path in the repository if left out."""
