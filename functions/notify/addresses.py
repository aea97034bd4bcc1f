"""The secrets of channels, read when they are needed and kept for some minutes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from caretaker.core.config import Channel
from caretaker.core.secrets import Reader, Redactor, references, substitute

_KEPT = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Addresses:
    """Fills in the secrets of channels; ``monotonic`` is a clock in seconds."""

    read: Reader
    monotonic: Callable[[], float]
    _known: dict[str, tuple[float, Channel]] = field(default_factory=dict)

    def __call__(self, channel: Channel, afresh: bool) -> tuple[Channel, Redactor]:
        """Return the channel with its secrets, and what hides them; raise ``SecretUnavailable`` if one is missing."""
        wanted = references([channel.address, channel.secret])
        read_at, known = self._known.get(channel.name, (0.0, channel))
        if wanted and (afresh or known is channel or self.monotonic() - read_at > _KEPT):
            address, secret = substitute([channel.address, channel.secret], self.read(wanted))
            known = replace(channel, address=address, secret=secret)
            self._known[channel.name] = (self.monotonic(), known)
        return known, Redactor([known.secret, *([] if known.kind == "sns" else [known.address])])
