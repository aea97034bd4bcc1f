"""The version of the command."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """Return the installed version, or ``unknown`` where the package runs without being installed."""
    try:
        return installed("caretaker")
    except PackageNotFoundError:
        return "unknown"
