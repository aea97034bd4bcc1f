"""The section ``uptime``: what to watch."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.base import Section
from caretaker.authoring.model.figures import Quorum, Runs, Timeout, default
from caretaker.authoring.model.recheck import Recheck, RecheckRule
from caretaker.authoring.model.slowness import Slow, SlowLevel
from caretaker.authoring.model.targets import Target
from caretaker.authoring.model.texts import ControlUrl, SeverityWord, Url
from caretaker.core.results import Severity

_FIVE_SECONDS = [SlowLevel.model_validate({"over": "5s"})]


# Two companies that serve empty answers for this very purpose: telling whether there is a network.
BUILT_IN_CONTROLS = ("https://connectivitycheck.gstatic.com/generate_204", "https://cp.cloudflare.com/generate_204")


def _independent(controls: list[str]) -> list[str]:
    hosts = {urlsplit(url).netloc.rpartition("@")[2] for url in controls}
    if len(hosts) < 2:
        advice = "Name at least two hosts that have nothing to do with each other or with what is watched."
        raise Unfit("one control target alone says nothing of the network", advice)
    return controls


class Defaults(Section):
    """What holds for every target that does not say otherwise."""

    timeout: Timeout = Field(default=10.0, json_schema_extra=default("10s"))
    """How long a whole look may take."""
    slow: Slow = Field(default=_FIVE_SECONDS, json_schema_extra=default("5s"))
    """From when on an answer is slow: a duration (then medium), or levels."""
    severity: SeverityWord = Severity.CRITICAL
    """How bad it is if a target is down."""
    recheck: Recheck = Field(default=RecheckRule(), json_schema_extra={"default": 2})
    """How often a bad look is repeated before it counts: a number (over 20s), or {times: 2, over: 20s}."""
    confirm: Quorum = Field(default=(1, 1), json_schema_extra=default("1 of 1"))
    """How many of the last runs must be down before people are told."""
    confirm_limits: Quorum = Field(default=(2, 3), json_schema_extra=default("2 of 3"))
    """How many of the last runs must be over a limit or slow before people are told."""
    recover: Runs = 1
    """How many good runs in a row end an incident."""


class Uptime(Section):
    """What to watch."""

    defaults: Defaults = Defaults()
    """What holds for every target that does not say otherwise."""
    controls: Annotated[list[ControlUrl], AfterValidator(_independent)] = Field(default=list(BUILT_IN_CONTROLS))
    """Addresses of others that are looked at only to learn whether the checker's own network is well."""
    heartbeat: Url | None = None
    """An address that is asked for after every run, so that somebody outside notices when there are none any more."""
    targets: Annotated[list[Target], Field(min_length=1)]
    """The endpoints to watch."""
