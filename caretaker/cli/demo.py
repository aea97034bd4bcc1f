"""``caretaker demo``: the whole thing on this machine."""

import signal
import sys
from pathlib import Path
from types import FrameType

import click

from caretaker.build.errors import BuildError
from caretaker.demo.performance import perform
from caretaker.demo.screen import Screen
from caretaker.local.errors import LocalAwsError

_INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command()
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save what is shown as an SVG.",
)
def demo(picture: Path | None) -> None:
    """Watch a small web shop break and recover, what people are told, and how a lost table is had back.

    Everything but the passing of time is real, and stays on this machine. Exits with 0 if exactly the
    expected messages arrived and everything that was lost is back, else with 1.
    """
    for number in _INTERRUPTS:
        signal.signal(number, _interrupt)
    screen = Screen(recording=picture is not None)
    try:
        well = perform(screen)
    except KeyboardInterrupt:
        click.echo("Stopped: nothing is left running.", err=True)
        sys.exit(130)
    except (LocalAwsError, BuildError) as error:
        raise click.ClickException(str(error)) from error
    if picture is not None:
        screen.save_picture(picture)
        click.echo(f"The picture is in {picture}.", err=True)
    sys.exit(0 if well else 1)


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Ending takes a moment; a second Ctrl-C must not keep it from being complete.
    for each in _INTERRUPTS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
