"""A restore that fails is taken back: a database that was made for it is dropped, one that was there is looked at.

A database must only ever be dropped by who has made it: one of the same name may have come up meanwhile.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2

from caretaker.archive.restoring.databases import create, drop, left_behind, said
from caretaker.archive.restoring.plan import Plan
from caretaker.archive.restoring.reaching import Reached
from caretaker.archive.restoring.target import look


class RestoreFailed(Exception):
    """A backup was not restored; the message says why, and what has become of the target."""


class Making:
    """Makes the database of a plan, and remembers whether it has."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.is_made = False

    def make(self) -> str:
        """Make the database; return what is different in it, empty if nothing is. Raises ``psycopg2.Error``.

        It is done in a thread of its own, as a signal would otherwise come between the making and the remembering.
        """
        if self._plan.anew:
            drop(self._plan.target)
        with ThreadPoolExecutor(1, "making") as pool:
            making = pool.submit(create, self._plan.target, self._plan.entry.manifest)
            making.add_done_callback(self._remember)
            return making.result()

    def _remember(self, making: Future[str]) -> None:
        self.is_made = making.exception() is None


@contextmanager
def taken_back(plan: Plan) -> Iterator[Making]:
    """Leave the target as it was if the block fails, and say what has become of it; the block makes the database."""
    making = Making(plan)
    try:
        yield making
    except BaseException as failure:
        became = _undone(plan, making.is_made)
        if isinstance(failure, RestoreFailed | psycopg2.Error):
            words = said(plan.target.admin, failure) if isinstance(failure, psycopg2.Error) else str(failure)
            raise RestoreFailed(f"{words}. {became[0].upper()}{became[1:]}") from None
        failure.add_note(became)
        raise


def _undone(plan: Plan, is_made: bool) -> str:
    target = plan.target
    if plan.creates and not is_made:
        return f"the database {target.database} was not made"
    if plan.creates:
        try:
            drop(target)
        except psycopg2.Error as error:
            left = left_behind(target, plan.entry.manifest.id)
            return f"{left} it could not be dropped: {said(target.admin, error)}"
        return f"the database {target.database} was dropped again"
    try:
        content = look(Reached(target.admin, target.database, exists=True)).content
    except psycopg2.Error as error:
        return f"what {target.database} holds now is not known: {said(target.admin, error)}"
    if content == target.content:
        return f"the database {target.database} holds what it held before"
    return f"the database {target.database} holds a part of it now: {', '.join(content) or 'nothing'}"
