"""The night of the demo: a backup, its proof, a table dropped by mistake, and how it is had back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from caretaker.archive.entries import Entry, entries
from caretaker.archive.objects import Bucket
from caretaker.demo.database import DROPPED, NAME
from caretaker.demo.recovery import Rows, not_kept, not_proven, not_restored
from caretaker.demo.screen import Screen
from caretaker.demo.seen import Run, surprises
from caretaker.demo.stage import Stage
from caretaker.demo.story import NIGHT

_AT = timedelta(hours=2)  # the schedule of backups in template.yaml
_RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Night:
    """What came of it: the run, the backup and what it holds, as far as it got, and what went ``wrong``."""

    run: Run
    wrong: list[str]
    backup: Entry | None = None

    @property
    def figure(self) -> str:
        """What was backed up and proven, in words."""
        if self.backup is None:
            return "none"
        totals = self.backup.manifest.totals
        done = "1 made" if self.wrong else "1 made, proven and restored"
        return f"{done}: {totals.rows:,} rows in {totals.tables} tables"


def night_after(evening: datetime) -> datetime:
    """Return when the schedule of backups is due next."""
    midnight = evening.replace(hour=0, minute=0, second=0, microsecond=0)
    due = midnight + _AT
    return due if due > evening else due + timedelta(days=1)


def play_night(screen: Screen, stage: Stage, at: datetime) -> Night:
    """Play it, up to the first thing that goes wrong, and show it on the screen."""
    rows = stage.database.rows()
    screen.heading(NIGHT.heading)
    with screen.working(f"the backup of {at:%H:%M}, and its proof"):
        run = stage.play(NIGHT, at)
        backups = entries(Bucket(stage.aws.client("s3"), stage.aws.variables("backup")["CARETAKER_BUCKET"])).entries
    screen.run(run)
    if wrong := [*surprises(NIGHT, run), *not_proven(backups, rows)]:
        return Night(run, [f"{at:%H:%M}: {sentence}" for sentence in wrong], next(iter(backups), None))
    screen.proven(backups[0])
    return Night(run, next(filter(None, _morning(screen, stage, backups[0], rows)), []), backups[0])


def _morning(screen: Screen, stage: Stage, backup: Entry, before: Rows) -> Iterator[list[str]]:
    """Yield what went wrong in each part of what follows."""
    screen.heading(f"Somebody types in the wrong window: DROP TABLE {DROPPED} CASCADE;")
    stage.database.drop_table()
    left = stage.database.rows()
    screen.noted(DROPPED in left, f"{DROPPED} is gone, with its {before[DROPPED]:,} rows")
    yield [f"{DROPPED} should be gone, and is not"] if DROPPED in left else []
    screen.heading("The newest proven backup is brought back, beside what is there.")
    with screen.working("restoring"):
        said = stage.command("restore", NAME, "--to", stage.database.address(_RESTORED), columns=screen.columns)
    screen.command(said)
    after = {} if said.code else stage.database.rows(_RESTORED)
    yield not_restored(said, before, after)
    screen.noted(True, f"{DROPPED} is back, in the database {_RESTORED}: {after[DROPPED]:,} rows")
    screen.heading("What the next cleanup would let go, what stays, and why.")
    with screen.working("planning a cleanup"):
        said = stage.command("cleanup", "--plan", columns=screen.columns)
    screen.command(said)
    yield not_kept(said, backup)
