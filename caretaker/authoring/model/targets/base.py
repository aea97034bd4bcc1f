"""What every target has, whatever its kind."""

from pydantic import Field

from caretaker.authoring.model.base import Section
from caretaker.authoring.model.figures import Quorum, Runs, Timeout
from caretaker.authoring.model.recheck import Recheck
from caretaker.authoring.model.texts import Name, PageUrl, SeverityWord


class BaseTarget(Section):
    """Something to watch."""

    name: Name
    """Unique within uptime: letters, digits and - _ ."""
    group: Name | None = None
    """One word for messages and the status page."""
    runbook: PageUrl | None = None
    """The address of your own page for when something is wrong with it; messages lead there instead."""
    depends_on: list[Name] = Field(default=[])
    """Targets without which this one cannot be in order: while one of them is bad, nobody is told of this one."""
    timeout: Timeout | None = None
    """How long the whole look may take; from uptime.defaults if left out."""
    severity: SeverityWord | None = None
    """How bad it is if the target is down; from uptime.defaults if left out."""
    recheck: Recheck | None = None
    """How often a bad look is repeated; from uptime.defaults if left out."""
    confirm: Quorum | None = None
    """How many of the last runs must be down; from uptime.defaults if left out."""
    confirm_limits: Quorum | None = None
    """How many of the last runs must be over a limit or slow; from uptime.defaults if left out."""
    recover: Runs | None = None
    """How many good runs in a row end an incident; from uptime.defaults if left out."""
