"""The secret addresses of channels, read when they are needed and kept for some minutes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from caretaker.core.config import Channel
from caretaker.core.secrets import Reader, Redactor, references, substitute

_KEPT = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Addresses:
    """Fills in the addresses of channels; ``monotonic`` is a clock in seconds."""

    read: Reader
    monotonic: Callable[[], float]
    _known: dict[str, tuple[float, str]] = field(default_factory=dict)

    def __call__(self, channel: Channel, afresh: bool) -> tuple[Channel, Redactor]:
        """Return the channel with its address, and what hides it; raise ``SecretUnavailable`` if it cannot be read."""
        wanted = references(channel.address)
        if not wanted:
            return channel, Redactor()
        read_at, address = self._known.get(channel.address, (0.0, ""))
        if afresh or not address or self.monotonic() - read_at > _KEPT:
            address = substitute(channel.address, self.read(wanted))
            self._known[channel.address] = (self.monotonic(), address)
        return replace(channel, address=address), Redactor([address])
