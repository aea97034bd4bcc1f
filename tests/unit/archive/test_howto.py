"""HOW-TO-RESTORE.md is for a shell and for people, whatever the names in the database are."""

import re
import shlex
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.archive.howto import howto
from caretaker.archive.identity import DUMP, GLOBALS, TABLES
from caretaker.archive.manifest import Extension, Manifest, Server, TableTotals
from tests.backups import manifest

WHOLE = manifest()
HOSTILE = "x'; touch /tmp/pwned; `id` $(id) \"\n```\nSQL\n:name \\! id"


def commands(text: str) -> str:
    """Return what a reader would run."""
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def hostile(texts: str) -> Manifest:
    return replace(
        WHOLE,
        server=Server(texts, texts, texts, texts, texts, 1, texts, False),
        extensions=(Extension(texts, texts),),
        excluded_table_data=(texts,),
        reason=texts,
        client_version=texts,
    )


def test_it_names_the_time_the_programs_and_what_the_server_needs() -> None:
    text = howto(WHOLE, "my-backups")
    assert text.startswith("# How to restore main as it was at 2026-11-20T02:00:02Z\n")
    assert "**`pg_restore` 16**: pg_dump 16.14 made the dump" in text
    assert "a server of PostgreSQL 16 or newer (it was 16.14), which has these extensions: `citext` 1.6." in text
    assert "on a disk with room for\n5.0 MB. They create a new database" in text
    assert "without passwords" in text


@pytest.mark.parametrize(("version", "major"), [("18.6", "18"), ("9.6.24", "9.6"), ("10.23", "10")])
def test_the_major_version_is_what_postgresql_calls_so(version: str, major: str) -> None:
    assert f"a server of PostgreSQL {major} or newer" in howto(
        replace(WHOLE, server=replace(WHOLE.server, version=version)), "my-backups"
    )


def test_the_folder_and_the_checksums_are_those_of_the_backup() -> None:
    run = commands(howto(WHOLE, "my-backups"))
    assert f"aws s3 cp --recursive --only-show-errors s3://my-backups/{WHOLE.id.prefix} ." in run
    for name in (DUMP, GLOBALS, TABLES):
        assert f"{'ab' * 32}  {name}\n" in run
        assert f"{'cd' * 32}  {name.removesuffix('.zst')}\n" in run


def test_what_is_not_in_the_backup_is_said() -> None:
    text = howto(replace(WHOLE, excluded_table_data=("audit.raw_events",), excluded_left_out=3), "my-backups")
    assert "The rows of these tables are **not** in the backup: `audit.raw_events`, 3 more." in text
    assert "not** in the backup" not in howto(WHOLE, "my-backups")


def test_rows_are_compared_if_they_were_counted() -> None:
    assert 'test "$RESTORED_ROWS" = 40000\n' in commands(howto(WHOLE, "my-backups"))
    uncounted = howto(replace(WHOLE, totals=TableTotals(12, None, "off", None)), "my-backups")
    assert "12 tables, whose rows were not counted" in uncounted
    assert "RESTORED_ROWS" not in uncounted


def test_the_database_is_made_as_the_dump_has_it() -> None:
    run = commands(howto(WHOLE, "my-backups"))
    assert "psql" in run.partition("> create.sql\n")[2].splitlines()[0]
    assert "LC_COLLATE" not in run


def test_for_older_servers_the_database_is_made_with_the_encoding_and_locale_that_it_had() -> None:
    older = replace(WHOLE, server=replace(WHOLE.server, version="14.9"))
    options = "ENCODING 'UTF8' LC_COLLATE 'en_US.UTF-8' LC_CTYPE 'en_US.UTF-8';"
    assert options in commands(howto(older, "my-backups"))
    unknown = replace(older, server=replace(older.server, collation="", ctype=""))
    assert "ENCODING 'UTF8';" in commands(howto(unknown, "my-backups"))


def _shape(run: str) -> list[str]:
    """Return the commands without what is in a text of SQL."""
    return re.sub(r"'(?:[^'\n]|'')*'", "''", run).splitlines()


@given(st.text(alphabet=st.sampled_from("'\"`$\\\n;():!%{}ab ")) | st.just(HOSTILE))
def test_no_name_of_a_database_leaves_its_quotes(texts: str) -> None:
    run = commands(howto(hostile(texts or "a"), "my-backups"))
    older = replace(WHOLE, server=replace(WHOLE.server, version="14.9"))
    assert _shape(run) == _shape(commands(howto(older, "my-backups")))


def test_what_is_to_be_run_is_correct_for_a_shell() -> None:
    for shell in ("sh", "bash"):
        run = commands(howto(hostile(HOSTILE), "my backups'; id"))
        checked = subprocess.run([shell, "-n"], input=run, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_the_bucket_is_quoted() -> None:
    line = next(each for each in commands(howto(WHOLE, "b'; id")).splitlines() if each.startswith("aws"))
    assert shlex.split(line)[5] == f"s3://b'; id/{WHOLE.id.prefix}"
