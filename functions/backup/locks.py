"""Who holds a lock that a dump would wait for."""

from collections.abc import Sequence
from dataclasses import dataclass

from caretaker.archive.connection import Session
from caretaker.archive.relations import DUMPED
from caretaker.archive.sessions import LOCK_WAIT, rows
from caretaker.core.results import Finding, Severity

_SHOWN = 5
# Only this mode keeps a reader out; a transaction that was prepared is a holder without a process.
_HOLDERS = f"""
select n.nspname, c.relname, l.pid, a.usename, a.application_name,
       extract(epoch from clock_timestamp() - coalesce(a.xact_start, p.prepared))::float8, p.gid
from pg_locks l
join pg_class c on c.oid = l.relation and l.database = (select oid from pg_database where datname = current_database())
join pg_namespace n on n.oid = c.relnamespace
left join pg_stat_activity a on a.pid = l.pid
left join pg_locks own on l.pid is null and own.pid is null and own.locktype = 'transactionid' and own.granted
                      and own.virtualtransaction = l.virtualtransaction
left join pg_prepared_xacts p on p.transaction = own.transactionid
where l.mode = 'AccessExclusiveLock' and l.granted and c.relkind in ('r', 'p') and {DUMPED}
order by 6 desc nulls last, 1, 2
"""  # noqa: S608 - our own texts


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock on a table: ``seconds`` is how long the transaction has run, None if that is not ours to see."""

    table: str
    who: str
    seconds: float | None
    fix: str

    def __str__(self) -> str:
        since = "" if self.seconds is None else f", for {self.seconds:.0f} s"
        return f"{self.table} by {self.who}{since}"


def holders(session: Session) -> tuple[Holder, ...]:
    """Return who keeps readers away from tables of the dump, the longest first; raise ``psycopg2.Error``."""
    return tuple(_holder(*found) for found in rows(session, _HOLDERS))


def lock_timeout(found: Sequence[Holder]) -> Finding:
    """Return the finding of a dump that has waited, or would wait, for these in vain."""
    shown = "; ".join(map(str, found[:_SHOWN])) + (f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
    return Finding(
        "lock-timeout",
        Severity.CRITICAL,
        f"tables are locked against reading: {shown}" if found else "a table was locked, by whom is not known any more",
        found[0].fix if found else "Run the backup again, when no ALTER TABLE, TRUNCATE or VACUUM FULL is running.",
        measured=f"{found[0].seconds:.0f} s" if found and found[0].seconds is not None else "",
        limit=f"{LOCK_WAIT} s",
    )


def long_held(found: Sequence[Holder]) -> tuple[Holder, ...]:
    """Return those who have held their lock for longer than a dump would wait."""
    return tuple(holder for holder in found if holder.seconds is not None and holder.seconds > LOCK_WAIT)


def _holder(
    schema: str,
    table: str,
    process: int | None,
    user: str | None,
    application: str | None,
    seconds: float | None,
    prepared: str | None,
) -> Holder:
    name = f"{schema}.{table}"
    if prepared is not None:
        gid = prepared.replace("'", "''")
        fix = f"Commit it, or roll it back, in this database: ROLLBACK PREPARED '{gid}';"
        return Holder(name, f"the prepared transaction '{gid}'", seconds, fix)
    who = f"process {process}" + (f" of {user}" if user else "") + (f" ({application})" if application else "")
    return Holder(
        name, who, seconds, f"See what it does, and end it if it hangs: select pg_terminate_backend({process});"
    )
