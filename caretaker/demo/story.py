"""What happens in the demo, run by run, and what Caretaker must see and tell each time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from caretaker.core.results import Status
from caretaker.demo.shop import Shop

INTERVAL = timedelta(minutes=5)  # the schedule of template.yaml

_WELL: Mapping[str, Status] = {"frontend": Status.OK, "api": Status.OK}
_HALF: Mapping[str, Status] = {"frontend": Status.OK, "api": Status.DOWN}
_DARK: Mapping[str, Status] = {"frontend": Status.DOWN, "api": Status.DOWN}


@dataclass(frozen=True, slots=True)
class Scene:
    """One scheduled run.

    ``change`` happens to the shop just before, ``heading`` says what it is. ``sees`` has the status of
    each target, ``tells`` what people are told in one message ("opened uptime/api"), ``lasted`` the
    durations that this message must name. With ``twice`` the run's events are delivered twice.
    """

    sees: Mapping[str, Status]
    tells: frozenset[str] = frozenset()
    heading: str = ""
    change: Callable[[Shop], None] | None = None
    lasted: tuple[timedelta, ...] = ()
    twice: bool = False


STORY = (
    Scene(_WELL, heading="The shop is healthy."),
    Scene(_WELL),
    Scene(
        _HALF,
        tells=frozenset({"opened uptime/api"}),
        heading="The shop loses its database. /health says so, under HTTP 200.",
        change=Shop.lose_database,
    ),
    Scene(_HALF, heading="Still lost; and this event is delivered twice. Nobody is told again.", twice=True),
    Scene(
        _DARK,
        tells=frozenset({"opened uptime/frontend"}),
        heading="The shop goes dark: connections are refused. The api was told already.",
        change=Shop.go_dark,
    ),
    Scene(
        _WELL,
        tells=frozenset({"resolved uptime/api", "resolved uptime/frontend"}),
        heading="The shop recovers. Whoever was told hears how long it lasted.",
        change=Shop.recover,
        lasted=(timedelta(minutes=15), timedelta(minutes=5)),
    ),
    Scene(_WELL, heading="All is quiet again."),
)

NIGHT = Scene(
    _WELL,
    heading="Night. The shop's database is backed up, and the backup is proven as soon as it is there.",
)
