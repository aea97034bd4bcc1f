"""Rows of partitions by hash: a dump may have them find their partitions anew, through the root of all.

pg_dump does so where a key is of an enum, as the hash of its values is another one in each database:
https://www.postgresql.org/docs/18/app-pgdump.html, ``--load-via-partition-root``.
"""

from caretaker.archive.connection import Session
from caretaker.archive.sessions import rows, version_of_session
from caretaker.archive.versions import Version

Name = tuple[str, str]  # of the schema and the table

_FIRST = Version(11, 0)  # that has partitions by hash
_SPREAD = """
with recursive above(leaf, oid) as (
  select oid, oid from pg_class where relispartition and relkind = 'r'
  union all
  select a.leaf, i.inhparent from above a join pg_inherits i on i.inhrelid = a.oid
), spread as (
  select a.leaf, max(a.oid) filter (where not c.relispartition) as root
  from above a join pg_class c on c.oid = a.oid left join pg_partitioned_table p on p.partrelid = a.oid
  group by a.leaf having bool_or(p.partstrat = 'h')
)
select ln.nspname, l.relname, rn.nspname, r.relname
from spread s join pg_class l on l.oid = s.leaf join pg_namespace ln on ln.oid = l.relnamespace
join pg_class r on r.oid = s.root join pg_namespace rn on rn.oid = r.relnamespace
"""


def spread(session: Session) -> dict[Name, Name]:
    """Return the root of each table whose rows may have come there through it; raise ``psycopg2.Error``."""
    if version_of_session(session) < _FIRST:
        return {}
    return {(schema, name): (above, root) for schema, name, above, root in rows(session, _SPREAD)}
