"""HOW-TO-RESTORE.md: how a person restores a backup without any part of Caretaker.

Its blocks of ``sh`` are run one after the other in one shell. Whatever they hold that comes from a database is quoted.
"""

import shlex

from caretaker.archive.howto_database import creation
from caretaker.archive.identity import DUMP, GLOBALS, TABLES
from caretaker.archive.manifest import Manifest
from caretaker.core.printable import printable
from caretaker.core.results import timestamp
from caretaker.core.sizes import spoken_size

_ROLES = """
## 3. Restore roles and settings

`globals.sql` has the roles, their memberships and settings, without passwords. Read it first. Roles that exist already
are complained of, and left as they are. Without this step, give `--no-owner --no-privileges` to pg_restore below.

```sh
psql --no-psqlrc --quiet --dbname=postgres --file=globals.sql
```

Give a password to each role that needs one: `\\password NAME` in psql.
"""

_SETTINGS = """
## 6. Let it take the old one's place

`settings.sql` has what belongs to the database itself: its owner, rights and settings. It names the database as it was
called. Read it; then, when the restored one has that name (`ALTER DATABASE … RENAME TO …`), run it:
`psql --dbname=postgres --file=settings.sql`.
"""

# Outside of a command's substitution, where some shells look for quotes in what is only text.
_COUNT = """cat > count.sql <<'SQL'
SELECT format('SELECT count(*) FROM ONLY %I.%I', nspname, relname)
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
 WHERE relkind = 'r' AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND NOT EXISTS (
       SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
\\gexec
SQL
psql --no-psqlrc --quiet --tuples-only --no-align --dbname="$RESTORED" --file=count.sql > counts.txt
RESTORED_ROWS="$(awk '{ rows += $1 } END { printf "%.0f", rows }' counts.txt)"
"""


def howto(manifest: Manifest, bucket: str) -> str:
    """Return the text for a backup in a bucket. The manifest need not be complete: it has to have the other objects."""
    parts = (
        _head(manifest),
        _where(manifest),
        _download(manifest, bucket),
        _ROLES,
        _database(manifest),
        _rows(manifest),
        _SETTINGS,
    )
    return "".join(parts)


def _head(manifest: Manifest) -> str:
    room = spoken_size(sum(each.bytes + each.raw_bytes for each in manifest.objects))
    client, server = printable(manifest.client_version), printable(manifest.server.version)
    return f"""# How to restore {manifest.id.database} as it was at {timestamp(manifest.as_of)}

This is backup `{manifest.id.text}`. Follow the steps in one shell, from an empty folder on a disk with room for
{room}. They create a new database, and change no other.

You need

* the [AWS CLI](https://aws.amazon.com/cli/), with credentials that may read the bucket and use its KMS key;
* `zstd`; `sha256sum` (on macOS `shasum -a 256` does the same);
* `psql`, and **`pg_restore` {_major(client)}**: pg_dump {client} made the dump. An older pg_restore cannot read it, a
  newer one may set what an older server does not know;
* a server of PostgreSQL {_major(server)} or newer (it was {server}){_extensions(manifest)}.
{_excluded(manifest)}"""


def _extensions(manifest: Manifest) -> str:
    named = [f"{_code(each.name)} {printable(each.version)}" for each in manifest.extensions if each.name != "plpgsql"]
    if manifest.extensions_left_out:
        named.append(f"{manifest.extensions_left_out} more")
    return f", which has these extensions: {', '.join(named)}" if named else ""


def _excluded(manifest: Manifest) -> str:
    named = [_code(each) for each in manifest.excluded_table_data]
    if manifest.excluded_left_out:
        named.append(f"{manifest.excluded_left_out} more")
    return f"\nThe rows of these tables are **not** in the backup: {', '.join(named)}.\n" if named else ""


def _where(manifest: Manifest) -> str:
    return f"""
## 1. Say where to restore to

As a role that may create databases and roles. psql asks for its password, unless `PGPASSWORD` or `~/.pgpass` has it.

```sh
export PGHOST="${{PGHOST:-localhost}}" PGPORT="${{PGPORT:-5432}}" PGUSER="${{PGUSER:-postgres}}"
export RESTORED="${{RESTORED:-{manifest.id.database}_restored}}"
```
"""


def _download(manifest: Manifest, bucket: str) -> str:
    objects = [found for name in (DUMP, GLOBALS, TABLES) if (found := manifest.stored(name))]
    names = " ".join(shlex.quote(each.name) for each in objects)
    stored = "\n".join(f"{each.sha256}  {each.name}" for each in objects)
    raw = "\n".join(f"{each.raw_sha256}  {each.name.removesuffix('.zst')}" for each in objects)
    return f"""
## 2. Download it, and compare the checksums

A line that does not end with `OK` means that the file is damaged: download it again, or take another backup.

```sh
aws s3 cp --recursive --only-show-errors {shlex.quote(f"s3://{bucket}/{manifest.id.prefix}")} .
sha256sum --check <<'SUMS'
{stored}
SUMS
zstd --decompress --force --quiet {names}
sha256sum --check <<'SUMS'
{raw}
SUMS
```
"""


def _database(manifest: Manifest) -> str:
    archive = DUMP.removesuffix(".zst")
    return f"""
## 4. Restore the database

If the server does not know a locale, take one that it has. If the disk has no room for the uncompressed dump,
`zstd --decompress --stdout {DUMP} | pg_restore --dbname="$RESTORED" --exit-on-error` does without.

```sh
{creation(manifest.server, archive)}
pg_restore --dbname="$RESTORED" --exit-on-error --jobs=4 {archive}
psql --no-psqlrc --quiet --dbname="$RESTORED" --command=ANALYZE
```
"""


def _rows(manifest: Manifest) -> str:
    totals = manifest.totals
    if totals.rows is None:
        return f"\nThe backup has {totals.tables:,} tables, whose rows were not counted.\n"
    return f"""
## 5. See whether all of it is there

{totals.tables:,} tables with {totals.rows:,} rows were in the database; `tables.json` has the rows of each. This counts
those of the restored one.

```sh
{_COUNT}echo "$RESTORED_ROWS rows were restored, of {totals.rows}"
test "$RESTORED_ROWS" = {totals.rows}
```
"""


def _major(version: str) -> str:
    """Return what pg_dump and pg_restore have in common: 16 of 16.14, 9.6 of 9.6.24."""
    numbers = printable(version).split(".")
    return ".".join(numbers[:2]) if numbers[0] == "9" else numbers[0]


def _code(name: str) -> str:
    """Return a name as code in Markdown, whatever it holds."""
    fence = "``" if "`" in name else "`"
    return f"{fence} {printable(name)} {fence}" if "`" in name else f"`{printable(name)}`"
