"""The large objects of a database: how many there are, and a digest of what they hold."""

from caretaker.archive.connection import Session
from caretaker.archive.manifest import Fingerprint, LargeObjects
from caretaker.archive.sessions import rows

_PART = 262_144  # bytes that are read at once
# Each part is hashed with the object's number and its own place, so that only the whole can be equal.
_PARTS = f"""
with recursive part(oid, place, bytes, digest) as (
  select m.oid, 0::bigint, length(data), sha256(data)
  from pg_largeobject_metadata m, lateral (select lo_get(m.oid, 0, {_PART}) as data offset 0) first
  union all
  select part.oid, place + 1, length(data), sha256(data)
  from part, lateral (select lo_get(part.oid, (place + 1) * {_PART}, {_PART}) as data offset 0) next
  where bytes = {_PART}
)
select count(*) filter (where place = 0), coalesce(sum(bytes), 0),
       coalesce(sum(hashtextextended(oid || ':' || place || ':' || encode(digest, 'hex'), 0)::numeric), 0)
from part
"""  # noqa: S608 - a number of our own


def large_objects(session: Session, mode: Fingerprint) -> LargeObjects:
    """Return the large objects that the session's snapshot sees; raise ``psycopg2.Error``."""
    if mode != "full":
        return LargeObjects(rows(session, "select count(*) from pg_largeobject_metadata")[0][0], None, None)
    count, size, total = rows(session, _PARTS)[0]
    return LargeObjects(count, int(size), f"parts:{int(total) % 2**96:024x}")
