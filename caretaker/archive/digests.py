"""What is asked of a table, in SQL: how many rows it has, and the sum of their hashes, whatever their order."""

from collections.abc import Iterable

from caretaker.archive.manifest import Fingerprint
from caretaker.archive.relations import Relation
from caretaker.archive.sessions import quoted
from caretaker.archive.versions import Version

FIRST = Version(11, 0)  # that has hashtextextended
_RECORDS = Version(14, 0)  # the first that has hash_record_extended
_WIDTH = 2**96  # the sum of 4 billion hashes of 64 bits


def question(relation: Relation, mode: Fingerprint, as_of: Version) -> str:
    """Return a query of one row: the table's number, that of its file now, its rows, and the sum of their hashes.

    Its text decides about equality: it has to be the same for what is compared, hence ``as_of``. Columns come in the
    order of their names, since a restored child of another table may have them in another order.
    """
    total = f"sum({_hash(relation, as_of)}::numeric)" if mode == "full" else "null::numeric"
    return (  # names are quoted
        f"select {relation.oid}, (select pg_relation_filenode('{_literal(relation)}'::regclass)::bigint), "  # noqa: S608
        f"count(*), {total} from only {relation.quoted} t"
    )


def digest(total: int, as_of: Version) -> str:
    """Return a digest in words: how it was made, and the sum in hexadecimal."""
    return f"{'record' if as_of >= _RECORDS else 'text'}:{total % _WIDTH:024x}"


def together(digests: Iterable[str]) -> str:
    """Return the digest of all rows of several tables, which were all made in the same way."""
    how, total = "", 0
    for one in digests:
        how, _, part = one.partition(":")
        total += int(part, 16)
    return f"{how}:{total % _WIDTH:024x}"


def _hash(relation: Relation, as_of: Version) -> str:
    names = [f"t.{quoted(column.name)}" for column in relation.columns]
    if as_of < _RECORDS:
        return f"hashtextextended({_text(names)}, 0)"
    hashed = [
        f'{name} collate "C"' if column.collated else name
        for name, column in zip(names, relation.columns, strict=True)
        if column.hashed
    ]
    others = [name for name, column in zip(names, relation.columns, strict=True) if not column.hashed]
    return f"hash_record_extended(row({', '.join([*hashed, *([_text(others)] if others else [])])}), 0)"


def _text(names: list[str]) -> str:
    # A row as text has every value as its type writes it, and tells null from nothing.
    return f'(row({", ".join(names)})::text collate "C")'


def _literal(relation: Relation) -> str:
    return relation.quoted.replace("'", "''")
