"""Where backups stand, as people see it in ``caretaker status``."""

from collections.abc import Sequence
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.cli.findings import STYLES
from caretaker.cli.standing import Standing, when

_TITLES = {"backup": "last run", "freshness": "freshness", "verify": "proof", "cleanup": "cleanup"}


def print_backup_status(found: Sequence[Standing], now: datetime, console: Console) -> None:
    """Print a row for every check of a backup: of the run that makes it, and of the age of the newest one."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("Backup", "Of", "Now", "Since"):
        table.add_column(name, no_wrap=name != "Backup", overflow="fold")
    for one in found:
        kind, _, name = one.check.partition("/")
        shown = Text(str(one.status), style=STYLES[one.status])
        table.add_row(Text(name), _TITLES[kind], shown, when(one.since, now))
    console.print(table)
