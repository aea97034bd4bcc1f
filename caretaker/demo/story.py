"""What happens in the demo, run by run, and what Caretaker must see and tell each time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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

    ``change`` happens to the shop just before. ``sees`` has the status of each target, ``tells`` what
    people are told ("opened uptime/api"), in one message, ``lasted`` the durations that it must name. If ``twice`` the run's event is delivered twice.
    """

    sees: Mapping[str, Status]
    tells: frozenset[str] = frozenset()
    heading: str = ""
    change: Callable[[Shop], None] | None = None
    lasted: tuple[timedelta, ...] = field(default=())
    twice: bool = False


STORY = (
    Scene(_WELL, heading="The shop is healthy."),
    Scene(_WELL),
    Scene(
        _HALF,
        tells=frozenset({"opened uptime/api"}),
        heading="The shop loses its database. Its health page says so, under HTTP 200.",
        change=Shop.lose_database,
    ),
    Scene(_HALF, heading="It is still lost, and this run's event is delivered twice. Nobody is told again.", twice=True),
    Scene(
        _DARK,
        tells=frozenset({"opened uptime/frontend"}),
        heading="The shop goes dark: connections are refused. The frontend is news, the api is not.",
        change=Shop.go_dark,
    ),
    Scene(
        _WELL,
        tells=frozenset({"resolved uptime/api", "resolved uptime/frontend"}),
        heading="The shop recovers. Whoever was told is told how long it lasted.",
        change=Shop.recover,
        lasted=(timedelta(minutes=15), timedelta(minutes=5)),
    ),
    Scene(_WELL, heading="All is quiet again."),
)
