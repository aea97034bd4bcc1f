"""What a role may not read: each thing would break a dump off, or be missing from it."""

from collections.abc import Iterator, Sequence

from caretaker.archive.connection import Session
from caretaker.archive.relations import DUMPED
from caretaker.archive.sessions import quoted, rows, version_of_session
from caretaker.archive.versions import Version
from caretaker.core.results import Finding, Severity

_SHOWN = 5  # names in a message
_READABLE = f"""
select n.nspname, c.relname, c.relkind::text, has_schema_privilege(n.oid, 'usage'),
       has_table_privilege(c.oid, 'select'), {{filtered}}
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'S') and {DUMPED} order by 1, 2
"""  # noqa: S608 - our own texts
_OBJECTS = "select oid::text from pg_largeobject_metadata where not {allowed} order by oid"
_ALLOWED = """(pg_has_role(lomowner, 'usage') or exists (
  select from aclexplode(lomacl) a where a.privilege_type = 'SELECT'
  and case a.grantee when 0 then true else pg_has_role(a.grantee, 'usage') end))"""


def unreadable(session: Session, role: str) -> Iterator[Finding]:
    """Yield what the session's role may not read, and what row-level security would hide; raise ``psycopg2.Error``."""
    version = version_of_session(session)
    filtered = "row_security_active(c.oid)" if version >= Version(9, 5) else "false"
    found = rows(session, _READABLE.format(filtered=filtered))
    schemas = sorted({schema for schema, _, _, usable, _, _ in found if not usable})
    tables = [f"{schema}.{name}" for schema, name, kind, _, may, _ in found if not may and kind != "S"]
    sequences = [f"{schema}.{name}" for schema, name, kind, _, may, _ in found if not may and kind == "S"]
    allowed = "has_largeobject_privilege(oid, 'select')" if version >= Version(18, 0) else _ALLOWED
    objects = [oid for (oid,) in rows(session, _OBJECTS.format(allowed=allowed))]
    missing = [("schema", schemas), ("table", tables), ("sequence", sequences), ("large object", objects)]
    if any(names for _, names in missing):
        yield _no_privilege(missing, role, version)
    hidden = [f"{schema}.{name}" for schema, name, kind, _, _, filters in found if filters and kind == "r"]
    if hidden:
        yield Finding(
            "row-security",
            Severity.CRITICAL,
            f"policies of row-level security would hide rows of {_listed('table', hidden)} from {role}",
            f"Let this role see everything: ALTER ROLE {quoted(role)} BYPASSRLS; or back up as the tables' owner.",
            measured=f"{len(hidden)} filtered",
            limit="every row",
        )


def _no_privilege(missing: Sequence[tuple[str, list[str]]], role: str, version: Version) -> Finding:
    wanted = "; ".join(_listed(kind, names) for kind, names in missing if names)
    grants = []
    if any(names for kind, names in missing if kind != "large object"):
        grants.append(_grant(role, version))
    if objects := dict(missing)["large object"]:
        grants.append(f"For each large object: GRANT SELECT ON LARGE OBJECT {objects[0]} TO {quoted(role)};")
    return Finding(
        "no-privilege",
        Severity.CRITICAL,
        f"{role} may not read {wanted}",
        " ".join(grants),
        measured=f"{sum(len(names) for _, names in missing)} unreadable",
        limit="everything readable",
    )


def _grant(role: str, version: Version) -> str:
    if version >= Version(14, 0):
        return f"As a superuser: GRANT pg_read_all_data TO {quoted(role)};"
    return (
        f"For each schema: GRANT USAGE ON it, and SELECT ON ALL TABLES and SEQUENCES IN SCHEMA it, TO {quoted(role)};"
    )


def _listed(kind: str, names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"the {kind}{'s' if len(names) > 1 else ''} {', '.join(names[:_SHOWN])}{more}"
