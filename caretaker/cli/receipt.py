"""The receipt of a backup."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.core.printable import printable


def print_receipt(receipt: Mapping[str, Any]) -> None:
    """Print what a backup came to, a line for each part."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in receipt.get("receipt", {}).items():
        table.add_row(name, Text(printable(str(value))))
    Console(highlight=False).print(table)
