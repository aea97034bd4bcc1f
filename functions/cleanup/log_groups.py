"""The stack's log groups: one whose retention was taken away would keep its lines, and cost, for ever."""

from collections.abc import Sequence
from typing import Any


def limit_again(client: Any, groups: Sequence[str], days: int) -> list[str]:  # a client's class is made while it runs
    """Give the groups that keep their lines for ever a retention again, and return them; others are left alone."""
    unlimited = [name for name in groups if _is_unlimited(client, name)]
    for name in unlimited:
        client.put_retention_policy(logGroupName=name, retentionInDays=days)
    return unlimited


def _is_unlimited(client: Any, name: str) -> bool:
    found = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]  # the group itself is the first of them
    return any(group["logGroupName"] == name and "retentionInDays" not in group for group in found)
