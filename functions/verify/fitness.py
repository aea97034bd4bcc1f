"""Whether drills may be held on a server: not the one that was backed up, fit for it, and our rights are few there."""

from collections.abc import Iterator
from contextlib import closing

from caretaker.archive.manifest import Manifest
from caretaker.archive.restoring.target import Target
from caretaker.archive.sessions import begin, quoted, rows, system_identifier
from caretaker.archive.versions import version_of_text

_PATIENCE = 15.0  # seconds to connect
_RIGHTS = """
select rolsuper, rolcreaterole, rolreplication, rolbypassrls,
  exists (select from pg_auth_members where member = r.oid)
from pg_roles r where rolname = current_user
"""
_WORDS = ("is a superuser", "may create roles", "may replicate", "passes by policies", "is a member of other roles")


def objections(target: Target, manifest: Manifest) -> list[str]:
    """Return what speaks against a server, each with what to do; raise ``psycopg2.Error``."""
    with closing(begin(target.admin, _PATIENCE)) as session:
        identifier, rights = system_identifier(session), rows(session, _RIGHTS)[0]
    too_much = [word for word, has in zip(_WORDS, rights, strict=True) if has]
    return [*_identity(target, identifier, manifest), *_rights(target, too_much), *_version(target, manifest)]


def _identity(target: Target, identifier: str, manifest: Manifest) -> Iterator[str]:
    peer, saved = target.admin.peer, manifest.server.system_identifier
    if not identifier or not saved:
        which, whom = ("the server that was backed up", "backup's role") if identifier else (peer, target.admin.user)
        yield (
            f"{which} does not say which server it is, so the two may be one: there, GRANT EXECUTE ON FUNCTION "
            f"pg_control_system() TO {whom}"
        )
    elif identifier == saved:
        yield (
            f"{peer} is the server that was backed up, or a copy of its disk or a standby of it (system identifier "
            f"{saved}): drills need another, set up anew"
        )


def _rights(target: Target, too_much: list[str]) -> Iterator[str]:
    user, peer = target.admin.user, target.admin.peer
    if too_much:
        yield (
            f"{user} {', '.join(too_much)} on {peer}, and code of the backup would run with that: name a role that may "
            "do no more than CREATE ROLE drill LOGIN CREATEDB gives"
        )
    elif not target.may_create:
        yield f"{user} may not create databases on {peer}: there, ALTER ROLE {quoted(user)} CREATEDB"


def _version(target: Target, manifest: Manifest) -> Iterator[str]:
    dumped = manifest.server.version
    if target.version.major < version_of_text(dumped).major:
        peer = target.admin.peer
        yield f"{peer} is PostgreSQL {target.version}, older than the {dumped} that was backed up: update it"
