"""Rows belong to an extension's table where the archive does not make the table, and the backup does not know it."""

from caretaker.archive.manifest import LargeObjects
from caretaker.archive.restoring.listing import items
from caretaker.archive.tables import Contents, Table
from functions.verify.restoring import _of_extensions

LIST = """
224; 1259 16430 TABLE public shops postgres
2468; 0 16430 TABLE DATA public shops postgres
;	depends on: 224
2469; 0 16407 TABLE DATA public spatial_ref_sys postgres
;	depends on: 220
2470; 0 0 SEQUENCE SET cron jobid_seq postgres
;	depends on: 221
""".strip().splitlines()


def found(*tables: Table) -> list[str]:
    contents = Contents(tables, (), LargeObjects(0, None, None))
    return [item.name for item in _of_extensions(items(LIST), contents)]


def test_rows_whose_table_is_in_no_dump_are_an_extensions() -> None:
    assert found(Table("public", "shops", 1, None)) == ["spatial_ref_sys", "jobid_seq"]


def test_a_table_that_the_backup_knows_is_never_taken_for_an_extensions() -> None:
    assert found(Table("public", "spatial_ref_sys", 1, None)) == ["jobid_seq"]
