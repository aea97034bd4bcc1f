"""Flapping: a check that breaks and recovers again and again.

It is said once. The incident then stays open until the check has been good for several runs in a row;
if it stays bad instead, the end of the flapping is said with the state that holds then.
"""

from datetime import datetime, timedelta

from caretaker.core.incidents.state import WINDOW, State

SPAN = timedelta(hours=2)
TIMES = 3  # openings within the span
GOOD_RUNS = 3  # in a row, that end it
BAD_RUNS = WINDOW  # in a row, that end it too: all that are remembered

BEGINS = (
    "It is flapping: this is the third time within two hours. "
    "You will hear of it again when it has been good for three runs in a row, or when it stays as it is."
)
ENDS = "It has stopped flapping and stays bad."
OVER = "It had been flapping, and has now been good for three runs in a row."


def openings(state: State, at: datetime) -> tuple[datetime, ...]:
    """Return when incidents of this check have opened lately, one that opens now included."""
    return (*(opened for opened in state.openings if at - opened < SPAN), at)
