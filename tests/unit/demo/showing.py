"""What the tests of the screen show on it, in a process of its own."""

from dataclasses import replace
from datetime import UTC, datetime

from caretaker.archive.proof import Step
from caretaker.core.results import Status
from caretaker.demo.command import Said
from caretaker.demo.screen import Screen
from caretaker.demo.seen import Look, Run
from tests.proofs import backed_up

RUN = Run(
    datetime(2026, 11, 21, 2, 10, tzinfo=UTC),
    (
        Look("frontend", Status.OK, 9),
        Look("api", Status.DOWN, 12, ("json-mismatch",), "services.database is unhealthy"),
    ),
    told=frozenset({"opened uptime/api"}),
    slack=({"attachments": [{"color": "#d1242f", "text": "CRITICAL: api is down"}]},),
    subjects=("CRITICAL: api is down",),
)
BACKUP = backed_up(datetime(2026, 11, 21, 2, tzinfo=UTC))
STEPS = (Step("present", 0.04, 0), Step("checksums", 1.25, 1000), Step("decoded", 0.3, 1000))


def show_a_run() -> None:
    """Show a run with news."""
    Screen().run(RUN)


def show_the_night() -> None:
    """Show a backup, what a drill of it has reached, and a command."""
    screen = Screen()
    assert BACKUP.proof is not None
    screen.proven(replace(BACKUP, proof=replace(BACKUP.proof, reached="decoded", steps=STEPS)))
    screen.noted(False, "orders is gone")
    screen.command(Said("caretaker restore shop", ("restored  " + "x" * (screen.columns - 10),), 0))


def take_long() -> None:
    """Show something that takes long."""
    with Screen().working("building the functions") as say:
        say("Installing the requirements of uptime")
