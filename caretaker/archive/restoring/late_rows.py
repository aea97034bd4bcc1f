"""Rows that a function of the database's own has to agree to, in a CHECK of their table or of a type in it.

Such a function may read other tables, of which no dump says that they have to be there first: these rows come once all
others are there, by one session, so that it is known which are refused; those once more when others have come in.
Indexes, keys and triggers are made afterwards: a row that comes behind them is refused, or sets something off.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from caretaker.archive.connection import Connection, Session
from caretaker.archive.restoring.listing import Item, listed
from caretaker.archive.restoring.running import Order, Outcome, PgRestore
from caretaker.archive.restoring.spread import Name
from caretaker.archive.restoring.types_in_tables import tables_holding
from caretaker.archive.sessions import begin, rows

_PATIENCE = 15.0  # seconds to connect
_ROUNDS = 10  # of one after another, each of which may read the whole archive anew
_REFUSED = "COPY failed for table "  # what pg_restore says when a statement, and with it each of its rows, is undone

# The functions of extensions are left out: they know no tables of people.
_CHECKS = """
select c.conrelid, c.contypid from pg_constraint c
join pg_depend d on d.classid = 'pg_constraint'::regclass and d.objid = c.oid
left join pg_operator o on d.refclassid = 'pg_operator'::regclass and o.oid = d.refobjid
join pg_proc p on p.oid = case when d.refclassid = 'pg_proc'::regclass then d.refobjid else o.oprcode end
where c.contype = 'c' and p.oid >= 16384 and not exists (
  select from pg_depend e where e.classid = 'pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e'
)
"""
_TABLES = """
select distinct n.nspname, t.relname from ({}) c
join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
"""
_DOMAINS = "select contypid from ({}) c where contypid <> 0"


def restore_behind_pre_data(
    pg_restore: PgRestore, connection: Connection, environment: Mapping[str, str], order: Order
) -> Outcome:
    """Restore data and post-data into a database that has the pre-data, and return how that went.

    Raises ``OutOfTime``, ``psycopg2.Error``, and what the archive's bytes raise.
    """
    items, database = order.items or (), connection.database
    late = rows_that_wait(connection, items)
    if not late:
        return pg_restore.restore(environment, database, replace(order, sections=("data", "post-data")))
    others = [item for item in items if item not in late]
    outcome = pg_restore.restore(environment, database, replace(order, items=others, sections=("data",)))
    if outcome.is_through:
        outcome = outcome.then(_restored(pg_restore, environment, database, replace(order, items=late)))
    if outcome.is_through:
        outcome = outcome.then(pg_restore.restore(environment, database, replace(order, sections=("post-data",))))
    return outcome


def _restored(pg_restore: PgRestore, environment: Mapping[str, str], database: str, order: Order) -> Outcome:
    """Restore late rows, and what was refused of them again for as long as that brings something in."""
    late = tuple(order.items or ())
    outcome = pg_restore.restore(environment, database, replace(order, sections=("data",), jobs=1))
    for _ in range(_ROUNDS):
        refused = _refused(outcome, late)
        if not 0 < len(refused) < len(late):
            break
        late = refused
        again = pg_restore.restore(environment, database, replace(order, items=late, sections=("data",), jobs=1))
        outcome = outcome.without({item.id for item in late}).then(again)
    return outcome


def _refused(outcome: Outcome, late: Sequence[Item]) -> tuple[Item, ...]:
    """Return the items of which no more was said than that their rows were refused; none if not all is understood."""
    if not outcome.is_explicable:
        return ()
    refused = {error.item for error in outcome.errors if error.message.startswith(_REFUSED)}
    refused -= {error.item for error in outcome.errors if not error.message.startswith(_REFUSED)}
    return tuple(item for item in late if item.id in refused)


def rows_that_wait(connection: Connection, items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the items whose rows wait for all others; the database has the pre-data. Raises ``psycopg2.Error``."""
    with closing(begin(connection, _PATIENCE)) as session:
        names = {listed(*name) for name in _checked(session)}
    return tuple(item for item in items if item.kind == "TABLE DATA" and listed(item.schema, item.name) in names)


def _checked(session: Session) -> frozenset[Name]:
    tables = frozenset((schema, name) for schema, name in rows(session, _TABLES.format(_CHECKS)))
    return tables | tables_holding(session, _DOMAINS.format(_CHECKS))
