"""What commands that read caretaker.yaml have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from caretaker.authoring import Configuration, ConfigurationError, load

Callback = TypeVar("Callback", bound=Callable[..., Any])  # click's own type of what it decorates

_MOST_SHOWN = 50


class BadConfiguration(click.ClickException):
    """The configuration cannot be used: the command ends with 2, its mistakes on stderr."""

    exit_code = 2

    def __init__(self, error: ConfigurationError) -> None:
        super().__init__(str(error))
        self.mistakes = error.mistakes

    def show(self, file: IO[Any] | None = None) -> None:
        """Print each mistake in a line of its own, and their number."""
        for mistake in self.mistakes[:_MOST_SHOWN]:
            click.echo(str(mistake), file=file, err=True)
        count = len(self.mistakes)
        hidden = count - _MOST_SHOWN
        more = f" {hidden} are not shown." if hidden > 0 else ""
        click.echo(f"{count} mistake{'' if count == 1 else 's'}: nothing was done.{more}", file=file, err=True)


def config_option(command: Callback) -> Callback:
    """Add ``--config`` to a command, as the parameter ``config``."""
    return click.option(
        "--config",
        "config",
        type=click.Path(path_type=Path),
        default="caretaker.yaml",
        show_default=True,
        metavar="FILE",
        help="The file that says what to watch.",
    )(command)


def loaded(path: Path, *, for_deployment: bool) -> Configuration:
    """Return the configuration in a file; end the command with its mistakes if it has any."""
    try:
        return load(path, for_deployment=for_deployment)
    except ConfigurationError as error:
        raise BadConfiguration(error) from None
