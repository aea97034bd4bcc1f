"""One message to one channel of the configuration: its secrets filled in, and hidden again in what comes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from caretaker.core.config import AlertsConfig, Channel
from caretaker.core.secrets import Redactor, SecretUnavailable
from functions.notify.channels import Send
from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.message import Message

WATCHDOG = Channel("watchdog", "sns", "watchdog")

Resolve = Callable[[Channel, bool], tuple[Channel, Redactor]]


@dataclass(frozen=True, slots=True)
class Post:
    """Sends messages. ``resolve`` fills in a channel's secret address, afresh if asked to."""

    config: AlertsConfig
    send: Mapping[str, Send]
    resolve: Resolve

    def __call__(self, name: str, message: Message) -> Outcome:
        """Send a message to the channel of that name; the outcome holds no secret."""
        channel = WATCHDOG if name == WATCHDOG.name else self.config.channel(name)
        if channel is None:
            return Refused(f"the configuration has no channel {name} any more")
        outcome = self._once(channel, message, afresh=False)
        if isinstance(outcome, Refused) and channel.kind != "sns":
            # The secret may have been replaced since it was read.
            return self._once(channel, message, afresh=True)
        return outcome

    def _once(self, channel: Channel, message: Message, *, afresh: bool) -> Outcome:
        try:
            ready, redactor = self.resolve(channel, afresh)
        except SecretUnavailable as missing:
            return Retry(str(missing))
        outcome = self.send[channel.kind](ready, message)
        match outcome:
            case Retry(error, after):
                return Retry(redactor.text(error), after)
            case Refused(error):
                return Refused(redactor.text(error))
            case Sent():
                return outcome
