"""Asking one snapshot many questions at once, over several sessions."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from queue import Empty, SimpleQueue

import psycopg2

from caretaker.archive.connection import Connection, Session
from caretaker.archive.sessions import begin, rows

_PATIENCE = 30.0  # seconds for a session to begin

Answer = tuple[int, int | None, int, int | None]  # a table's number, that of its file, its rows, the sum of hashes


def beginning(snapshot: str, left: float) -> str:
    """Return what begins a transaction that sees a snapshot (if it is not empty), and ends each query in ``left`` s."""
    seen = f"set transaction snapshot '{snapshot}'; " if snapshot else ""
    limit = max(1, int(left * 1000))
    return f"begin isolation level repeatable read, read only; {seen}set local statement_timeout = {limit}; "


def ask(
    connection: Connection,
    questions: Sequence[Sequence[str]],
    snapshot: str,
    left: Callable[[], float],
    parallel: int,
    progress: Callable[[int, int], None],
) -> dict[int, Answer]:
    """Return the answers by the tables' numbers; questions of one group are asked together.

    The first that fails ends the others, and its ``psycopg2.Error`` is raised.
    """
    waiting: SimpleQueue[Sequence[str]] = SimpleQueue()
    for group in questions:
        waiting.put(group)
    answers: dict[int, Answer] = {}
    number = sum(map(len, questions))
    sessions: list[Session] = []

    def work() -> None:
        with closing(begin(connection, _PATIENCE)) as session:
            sessions.append(session)
            while True:
                try:
                    group = waiting.get_nowait()
                except Empty:
                    return
                # Each in a transaction of its own: a lock is held no longer than it takes to read.
                asked = beginning(snapshot, left()) + " union all ".join(group)
                answers.update({answer[0]: answer for answer in _answered(session, asked)})
                rows(session, "commit")
                progress(len(answers), number)

    with ThreadPoolExecutor(max(1, min(parallel, len(questions)))) as pool:
        running = [pool.submit(work) for _ in range(min(parallel, len(questions)))]
        try:
            for done in as_completed(running):
                done.result()
        except BaseException:  # Ctrl-C too: leaving the block waits for all that is still asked
            _drain(waiting)
            _cancel(sessions)
            raise
    return answers


def _answered(session: Session, asked: str) -> list[Answer]:
    return [(oid, file, count, total) for oid, file, count, total in rows(session, asked)]


def _drain(waiting: SimpleQueue[Sequence[str]]) -> None:
    while True:
        try:
            waiting.get_nowait()
        except Empty:
            return


def _cancel(sessions: Sequence[Session]) -> None:
    for session in sessions:
        try:
            session.cancel()
        except psycopg2.Error:  # it has ended already
            continue
