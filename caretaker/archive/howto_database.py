"""The commands of HOW-TO-RESTORE.md that make the database, with the encoding and the locale that it had."""

from caretaker.archive.manifest import Server
from caretaker.core.printable import printable

# What pg_dump writes of a database says everything, also who provides its locale. Servers before this one do not
# understand all of it.
_FIRST_WITH_PROVIDERS = 15
_ENTRIES = "^[0-9]+; [0-9]+ [0-9]+ (DATABASE -|DATABASE PROPERTIES -|(ACL|COMMENT|SECURITY LABEL) - DATABASE )"
_RENAMED = """/^CREATE DATABASE /s/^.* WITH TEMPLATE = /CREATE DATABASE :"name" WITH TEMPLATE = /p"""
_PSQL = 'psql --no-psqlrc --quiet --dbname=postgres --set=ON_ERROR_STOP=1 --set=name="$RESTORED"'


def creation(server: Server, archive: str) -> str:
    """Return commands that make the database ``$RESTORED``, and ``settings.sql`` of the archive of this name."""
    taken = f"""pg_restore --create --list {archive} | grep -E '{_ENTRIES}' > entries.txt
pg_restore --create --no-tablespaces --use-list=entries.txt --file=database.sql {archive}
grep -v '^CREATE DATABASE ' database.sql > settings.sql
"""
    if _major(server) < _FIRST_WITH_PROVIDERS:
        return f"""{taken}{_PSQL} <<'SQL'
CREATE DATABASE :"name" {_options(server)};
SQL"""
    return f"""{taken}sed -n '{_RENAMED}' database.sql > create.sql
{_PSQL} --file=create.sql"""


def _major(server: Server) -> int:
    digits = server.version.partition(".")[0]
    return int(digits) if digits.isdecimal() else 0


def _options(server: Server) -> str:
    locale = [
        f"{word} {_sql(value)}"
        for word, value in (("LC_COLLATE", server.collation), ("LC_CTYPE", server.ctype))
        if value
    ]
    return " ".join(["TEMPLATE template0", f"ENCODING {_sql(server.encoding)}", *locale])


def _sql(value: str) -> str:
    return "'" + printable(value).replace("'", "''") + "'"
