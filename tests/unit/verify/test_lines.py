"""The rows of an archive are counted and added up, however its bytes are cut, and however long a row is."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from functions.verify.lines import LONGEST, ArchiveRows, Rows, Stand, Tally

SQL = (
    b"--\n-- Data for Name: x; COPY nobody FROM stdin;\n--\n\n"
    b'COPY public.orders (id, "n""o, te") FROM stdin;\n1\ta\n2\t\\\\.\n\\.\n\n'
    b'COPY "odd\nname"."x" (id) FROM stdin;\n\\.\n'
    b"COPY public.nothing  FROM stdin;\n\n\n\\.\n"
    b"SELECT pg_catalog.setval('public.\"se''q\"', 5, true);\n"
)


def read(data: bytes, *cuts: int) -> ArchiveRows:
    rows = ArchiveRows()
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in pairwise(places):
        rows.write(data[start:end])
    return rows


def total(*lines: bytes) -> int:
    tally = Tally()
    for line in lines:
        tally.lines([line])
    return tally.total


@given(st.lists(st.integers(min_value=0), max_size=8))
def test_tables_and_sequences_are_found_wherever_the_bytes_are_cut(cuts: list[int]) -> None:
    found = read(SQL, *cuts)

    assert found.tables == [
        Rows("public", "orders", 'id, "n""o, te"', 2, total(b"1\ta", b"2\t\\\\.")),
        Rows("odd\nname", "x", "id", 0, 0),
        Rows("public", "nothing", "", 2, total(b"", b"")),
    ]
    assert found.sequences == [Stand("public", "se'q", 5, True)]


@given(st.permutations([b"a", b"b", b"b", b"c"]))
def test_the_order_of_rows_makes_no_difference(lines: list[bytes]) -> None:
    assert total(*lines) == total(b"a", b"b", b"b", b"c")
    assert total(*lines) != total(b"a", b"b", b"c", b"c")


def test_a_row_that_is_longer_than_any_chunk_is_the_same_however_it_comes() -> None:
    long = b"x" * (3 * LONGEST)
    data = b"COPY public.t (a) FROM stdin;\nshort\n" + long + b"\nend\n\\.\n"

    cut = read(data, *range(0, len(data), LONGEST // 3))

    assert cut.tables == [Rows("public", "t", "a", 3, total(b"short", long, b"end"))]
