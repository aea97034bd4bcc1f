"""Why a backup failed, as findings."""

from collections.abc import Sequence
from contextlib import closing, suppress

import psycopg2

from caretaker.archive.deadline import OutOfTime
from caretaker.archive.fingerprint import Uncounted
from caretaker.archive.objects import StorageFailed
from caretaker.archive.programs import ProgramsUnusable
from caretaker.archive.sessions import begin
from caretaker.core.results import Finding, Severity
from caretaker.core.secrets import Redactor, SecretOutOfReach, SecretUnavailable
from functions.backup.dump import DumpFailed, LockTimeout
from functions.backup.locks import holders, lock_timeout
from functions.backup.preflight import Ready, Unready, UnusableAddress
from functions.backup.snapshot import SnapshotLost

FAILURES = (
    Unready,
    DumpFailed,
    SnapshotLost,
    Uncounted,
    StorageFailed,
    OutOfTime,
    ProgramsUnusable,
    SecretUnavailable,
    psycopg2.Error,
)
_PASSING = frozenset({"unreachable", "dump-failed", "upload-failed", "lock-timeout"})

_OUT_OF_LOCKS = "out of shared memory"  # what it says in every version, whatever the statement
_PATIENCE = 10.0  # seconds for a session that asks who holds a lock


def may_pass(failure: BaseException, findings: Sequence[Finding]) -> bool:
    """Whether what a failure means may be gone in a minute; a secret has to be put right by a person."""
    match failure:
        case SecretOutOfReach():
            return True
        case SecretUnavailable() | UnusableAddress():
            return False
        case _:
            return all(finding.code in _PASSING for finding in findings)


def findings_of(failure: BaseException, redactor: Redactor, ready: Ready | None) -> tuple[Finding, ...]:
    """Return what a failure means; ``ready`` is how the database is reached, if it got as far as that."""
    match failure:
        case Unready(findings=findings):
            return findings
        case LockTimeout():
            return (_locked(failure, redactor, ready),)
        case Uncounted(code="lock-timeout"):
            return (_locked(failure, redactor, ready),)
        case OutOfTime() | Uncounted(code="out-of-time"):
            fix = "Leave out tables that can be had again (exclude_table_data), or raise the function's memory."
            return (_finding("out-of-time", failure, fix, redactor),)
        case StorageFailed():
            fix = "See the message, then the bucket, its policy and the function's role. The next run tries again."
            return (_finding("upload-failed", failure, fix, redactor),)
        case SecretUnavailable():
            fix = "Store the database's address with caretaker secret set, which leaves it in no history."
            return (_finding("unreachable", failure, fix, redactor),)
        case ProgramsUnusable():
            return (_finding("dump-failed", failure, "Deploy again: the layer of programs is not whole.", redactor),)
        case _ if _OUT_OF_LOCKS in str(failure):
            fix = "Raise max_locks_per_transaction on the server, and restart it: a dump locks all tables at once."
            return (_finding("dump-failed", failure, fix, redactor),)
        case _:
            fix = "See the server's log of that time; the backups before this one are as they were."
            return (_finding("dump-failed", failure, fix, redactor),)


def _locked(failure: BaseException, redactor: Redactor, ready: Ready | None) -> Finding:
    if ready:
        with suppress(psycopg2.Error), closing(begin(ready.connection, _PATIENCE)) as session:
            return lock_timeout(holders(session))
    return _finding("lock-timeout", failure, "Run the backup again, when no ALTER TABLE is running.", redactor)


def _finding(code: str, failure: BaseException, fix: str, redactor: Redactor) -> Finding:
    said = redactor.text(" ".join(str(failure).split()))[:600] or type(failure).__name__
    return Finding(code, Severity.CRITICAL, said, fix)
