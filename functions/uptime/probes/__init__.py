"""The probes: one for each kind of target, all with the same signature."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from caretaker.core.config import HttpTarget, Target
from caretaker.core.results import Result
from functions.uptime.conditions import Conditions
from functions.uptime.probes import http

Probe = Callable[[Sequence[Target], Conditions], Iterator[Result]]

PROBES: Mapping[type[Target], Probe] = {HttpTarget: http.probe}
