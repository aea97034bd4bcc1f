"""Tables that hold values of a type: in a column, or inside of an array, a domain or a row in one."""

from caretaker.archive.connection import Session
from caretaker.archive.restoring.spread import Name
from caretaker.archive.sessions import rows

_TABLES = """
with recursive holds(type) as (
  {}
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


def tables_holding(session: Session, types: str) -> frozenset[Name]:
    """Return the tables with such types, whose numbers the query ``types`` selects; raise ``psycopg2.Error``."""
    return frozenset((schema, name) for schema, name in rows(session, _TABLES.format(types)))
