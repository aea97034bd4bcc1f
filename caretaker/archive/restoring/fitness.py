"""What a server lacks of what a backup needs: its version, its extensions, its roles."""

from collections.abc import Collection, Iterator

from caretaker.archive.manifest import Manifest
from caretaker.archive.restoring.locales import sorted_by
from caretaker.archive.restoring.named_roles import NamedRoles
from caretaker.archive.restoring.remarks import Remark
from caretaker.archive.restoring.target import Target
from caretaker.archive.sessions import quoted
from caretaker.archive.versions import Version
from caretaker.core.printable import printable

_SHOWN = 20  # names in a message


def version_remarks(manifest: Manifest, target: Target) -> Iterator[Remark]:
    """Yield what is to be said of a server older than the one that was dumped."""
    dumped, major = printable(manifest.server.version), manifest.server.version.partition(".")[0]
    if major.isdecimal() and target.version.major < int(major):
        yield Remark(
            "asks",
            f"the server is PostgreSQL {target.version}, older than the {dumped} that was dumped: what is new since "
            "fails, and is named in the end",
            f"Restore to PostgreSQL {major} or newer.",
        )


def locale_remarks(manifest: Manifest, target: Target) -> Iterator[Remark]:
    """Yield what is to be said if the server cannot sort texts as the database did."""
    if manifest.server.provider not in target.providers:
        yield Remark(
            "asks",
            f"the server cannot sort texts by {sorted_by(manifest.server)}, as the database did: they are sorted "
            "otherwise, and constraints and partitions that depend on their order may refuse rows",
            "Restore to a server that has it: to PostgreSQL 15 or newer for icu, 17 for builtin.",
        )


def extension_remarks(manifest: Manifest, target: Target) -> Iterator[Remark]:
    """Yield the extensions that the server lacks, and those that the role may not be allowed to make."""
    wanted = {extension.name: extension.version for extension in manifest.extensions}
    lacking = [f"{name} {version}" for name, version in wanted.items() if name not in target.extensions]
    if lacking:
        yield Remark(
            "asks",
            f"the server lacks {_listed(lacking, 'extension')}: without them, what needs them is not restored",
            "Install them there, or restore to a server that has them.",
        )
    offers = {name: target.extensions[name] for name in wanted if name in target.extensions}
    doubtful = [name for name, offer in offers.items() if offer.superusers and not offer.installed]
    if doubtful and not target.is_superuser:
        yield Remark(
            "asks",
            f"{target.admin.user} may not be allowed to create {_listed(doubtful, 'extension')}",
            "; ".join(f"CREATE EXTENSION {quoted(name)}" for name in doubtful[:_SHOWN])
            + ": let a superuser do that there first, if your provider does not.",
        )


def role_remarks(named: NamedRoles, target: Target) -> Iterator[Remark]:
    """Yield the roles that the server lacks, and those that our role may make nobody's owner.

    Without the former, policies would be missing or open nothing.
    """
    lacking = sorted(role for role in named.roles if role not in target.roles and not role.startswith("pg_"))
    if lacking:
        yield Remark(
            "stops",
            f"the server lacks {_listed(lacking, 'role')}, which the dump names",
            " ".join(f"CREATE ROLE {quoted(role)} NOLOGIN;" for role in lacking[:_SHOWN]),
        )
    strangers = sorted(role for role in named.owners & target.roles - target.may_be if not role.startswith("pg_"))
    if strangers:
        user = target.admin.user
        yield Remark(
            "stops",
            f"{user} may not give anything to {_listed(strangers, 'role')}, which own a part of the dump: only a "
            "member of a role may, or a superuser",
            f"As a superuser: GRANT {', '.join(map(quoted, strangers[:_SHOWN]))} TO {quoted(user)}; or leave "
            "--keep-owner out.",
        )


def public_remarks(owners: Collection[str], target: Target) -> Iterator[Remark]:
    """Yield the owners of what is in ``public`` who cannot own anything there: in a new database its owner alone may.

    Only a superuser may give them something all the same. https://www.postgresql.org/docs/15/release-15.html
    """
    refused = sorted(role for role in owners if role != target.admin.user and not role.startswith("pg_"))
    if refused and not target.is_superuser and target.version >= Version(15, 0):
        yield Remark(
            "stops",
            f"in the schema public of a new database {_listed(refused, 'role')} may own nothing, unless a superuser "
            "gives it to them",
            "Restore as a superuser, or leave --keep-owner out.",
        )


def _listed(names: list[str], what: str) -> str:
    shown = ", ".join(printable(name) for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"the {what}{'' if len(names) == 1 else 's'} {shown}{more}"
