"""Tables whose rows a server cannot take because it was built without libxml: those with XML in a column."""

import psycopg2

from caretaker.archive.connection import Session
from caretaker.archive.restoring.spread import Name
from caretaker.archive.sessions import rows

_TABLES = """
with recursive holds(type) as (
  select 'xml'::regtype::oid
  union
  select made.oid from holds h cross join lateral (
    select oid from pg_type where h.type in (typbasetype, typelem)
    union all
    select c.reltype from pg_class c join pg_attribute a on a.attrelid = c.oid where a.atttypid = h.type
  ) made
)
select distinct n.nspname, c.relname from pg_attribute a join holds h on h.type = a.atttypid
join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and not a.attisdropped
"""


def tables_with_xml(session: Session) -> frozenset[Name]:
    """Return the tables of a database that have XML in a column, none where the server can have it.

    Raises ``psycopg2.Error``.
    """
    try:
        rows(session, "select '<a/>'::xml")
    except psycopg2.errors.FeatureNotSupported:
        return frozenset((schema, name) for schema, name in rows(session, _TABLES))
    return frozenset()
