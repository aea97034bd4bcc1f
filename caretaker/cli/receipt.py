"""The receipt of a backup."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from caretaker.core.printable import printable


def print_receipt(receipt: Mapping[str, Any]) -> None:
    """Print what a backup came to, a line for each part: unbroken, so that keys and digests can be copied."""
    parts = receipt.get("receipt", {})
    width = max(map(len, parts), default=0)
    console = Console(highlight=False)
    for name, value in parts.items():
        console.print(Text.assemble((f"{name:<{width}}", "dim"), "  ", printable(str(value))), soft_wrap=True)
