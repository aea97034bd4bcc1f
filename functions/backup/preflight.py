"""Whether a backup can succeed, found out before its first byte; all that is in the way is named at once."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import errors

from caretaker.archive import poolers
from caretaker.archive.connection import Connection, Session, connections
from caretaker.archive.programs import LAYER, Programs, programs_for
from caretaker.archive.relations import relations
from caretaker.archive.sessions import begin, rows, version_of_session
from caretaker.archive.versions import NoProgramsForServer
from caretaker.core.network.line import Unreached
from caretaker.core.network.postgres_causes import cause
from caretaker.core.network.postgres_url import postgres_place
from caretaker.core.network.tls_causes import tls_cause
from caretaker.core.network.urls import UnusableUrl
from caretaker.core.results import Finding, Severity
from functions.backup.locks import holders, lock_timeout, long_held
from functions.backup.privileges import unreadable

_PATIENCE = 15.0  # seconds to connect


class Unready(Exception):
    """A backup cannot succeed; ``findings`` say why, each with what to do."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = tuple(findings)


class UnusableAddress(Unready):
    """What the secret holds is no address of a database: it has to be corrected first."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The seconds that are left for the dump, and the bytes of tables per second of the last one, if there was one."""

    left: float
    rate: float | None


@dataclass(frozen=True, slots=True)
class Ready:
    """What a backup is made with: one address of the server, its programs, the bytes to read and the seconds for it."""

    connection: Connection
    programs: Programs
    table_bytes: int
    predicted: float | None


def preflight(url: str, ca: str, excluded: Sequence[str], pace: Pace, folder: Path = LAYER) -> Ready:
    """Return what a backup can be made with; raise ``Unready``. ``excluded`` are the tables whose rows are left out."""
    connection, session = _reach(url, ca)
    with closing(session):
        try:
            return _judge(connection, session, excluded, pace, folder)
        except psycopg2.Error as error:
            raise Unready([_no_session(connection.peer, connection.redactor.text(str(error)))]) from None


def _judge(connection: Connection, session: Session, excluded: Sequence[str], pace: Pace, folder: Path) -> Ready:
    findings: list[Finding] = []
    programs = None
    try:
        programs = programs_for(version_of_session(session), folder)
    except NoProgramsForServer as wrong:
        findings.append(Finding("server-too-new", Severity.CRITICAL, str(wrong), "Update Caretaker, or its programs."))
    if pooled := poolers.by_behaviour(connection, session, _PATIENCE):
        raise Unready([*findings, _pooler(*pooled)])
    findings += unreadable(session, connection.user)
    findings += _locked(session)
    if any(finding.code == "lock-timeout" for finding in findings) or programs is None:
        raise Unready(findings)
    try:
        size = _table_bytes(session, excluded)
    except errors.LockNotAvailable:
        raise Unready([*findings, lock_timeout(holders(session))]) from None
    predicted = size / pace.rate if pace.rate else None
    findings += _too_slow(size, predicted, pace)
    if findings:
        raise Unready(findings)
    return Ready(connection, programs, size, predicted)


def _locked(session: Session) -> Iterator[Finding]:
    if held := long_held(holders(session)):
        yield lock_timeout(held)


def _reach(url: str, ca: str) -> tuple[Connection, Session]:
    """Return the first address that lets us in, and a session there."""
    try:
        place = postgres_place(url)
        if known := poolers.by_name(place.host, place.port):
            raise Unready([_pooler(*known)])
        candidates = connections(url, ca, patience=_PATIENCE)
    except UnusableUrl as unusable:
        message = f"the address of the database cannot be used: {unusable}"
        fix = "Correct the secret: postgresql://user:password@host/database."
        raise UnusableAddress([_finding("unreachable", message, fix)]) from None
    except Unreached as unreached:
        raise Unready([_finding("unreachable", unreached.failure.message, unreached.failure.fix)]) from None
    failures = []
    for connection in candidates:
        try:
            return connection, begin(connection, _PATIENCE)
        except (psycopg2.Error, UnicodeDecodeError) as error:
            failures.append(_no_session(connection.peer, connection.redactor.text(str(error))))
    raise Unready(failures[:1])


def _no_session(peer: str, text: str) -> Finding:
    said = " ".join(text.replace("FATAL:", "").split())[:200]
    if poolers.by_answer(text):
        return _pooler(f"{peer} is a pooler: {said}", poolers.USUAL)
    match cause(text):
        case "login":
            fix = "Check the user, the password and the database in the secret, and the server's pg_hba.conf."
            return _finding("auth-failed", f"{peer} does not let us in: {said}", fix)
        case "tls":
            reason, fix = tls_cause(text, "Set ca: to the server's authority, or sslmode= in the address.")
            return _finding("tls-refused", f"no TLS connection to {peer}: {' '.join(reason.split())[:200]}", fix)
        case "refused":
            fix = "Check that PostgreSQL runs and listens there, and that its security group lets this function in."
            return _finding("unreachable", f"{peer} refused the connection", fix)
        case "lost" | "other":
            fix = "See the server's log: it may be starting, out of connections, or out of this function's reach."
            return _finding("unreachable", f"no session on {peer}: {said}", fix)


def _pooler(what: str, fix: str) -> Finding:
    return _finding("pooler", what, fix)


def _finding(code: str, message: str, fix: str) -> Finding:
    return Finding(code, Severity.CRITICAL, message, fix)


def _table_bytes(session: Session, excluded: Sequence[str]) -> int:
    read = [table.oid for table in relations(session, excluded) if not table.excluded and table.kind != "foreign table"]
    if not read:
        return 0
    asked = "select coalesce(sum(pg_table_size(oid)), 0)::bigint from pg_class where oid = any(%s)"
    return int(rows(session, asked, (read,))[0][0])


def _too_slow(size: int, predicted: float | None, pace: Pace) -> Iterator[Finding]:
    if predicted is not None and predicted > pace.left:
        yield Finding(
            "out-of-time",
            Severity.CRITICAL,
            f"the tables have {size / 1e9:.1f} GB, which take about {predicted:.0f} s at the pace of the last backup; "
            f"{pace.left:.0f} s are left",
            "Leave out tables that can be had again (exclude_table_data), or raise the function's memory or timeout.",
            measured=f"{predicted:.0f} s",
            limit=f"{pace.left:.0f} s",
        )
