"""Which page says what to do: the team's own for a check, else the one of docs/runbooks for its kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from functions.notify.member import Member


@dataclass(frozen=True, slots=True)
class Runbooks:
    """Where pages are. ``home``, an address or a folder of the repository, has one for each kind of check.

    ``own`` has the address of a page by the check's name.
    """

    home: str = "docs/runbooks"
    own: Mapping[str, str] = field(default_factory=dict)

    def beside(self, member: Member) -> Member:
        """Return the member with its page; one that has ended needs none."""
        if member.has_ended:
            return member
        return replace(member, runbook=self.own.get(member.check) or self._section(member))

    def _section(self, member: Member) -> str:
        kind = member.check.partition("/")[0]
        section = f"#{member.findings[0].code}" if member.findings else ""
        return f"{self.home}/{kind}.md{section}"


def is_address(runbook: str) -> bool:
    """Whether a runbook is somewhere to go to, and not a path in the repository."""
    return runbook.startswith(("https://", "http://"))
