"""What pg_dump says is sorted into what went wrong, what was left out, and where it is."""

from caretaker.archive.words import Words
from caretaker.core.secrets import Redactor


def heard(*lines: str) -> Words:
    words = Words(Redactor(["sup3rs3cret"]))
    for line in lines:
        words.hear(line)
    return words


def test_the_last_words_are_its_errors_and_not_its_progress() -> None:
    words = heard("pg_dump: reading schemas", "pg_dump: error: no", "pg_dump: detail: why", "pg_dump: reading tables")

    assert words.last == "pg_dump: error: no | pg_dump: detail: why"


def test_without_an_error_the_last_words_are_what_it_was_doing() -> None:
    words = heard("pg_dump: reading schemas", 'pg_dump: dumping contents of table "public.orders"')

    assert words.last == 'its last words were: dumping contents of table "public.orders"'
    assert words.table == "public.orders"


def test_a_harmless_warning_is_nothing_left_out() -> None:
    words = heard(
        "pg_dump: warning: there are circular foreign-key constraints on this table:",
        "pg_dump: detail: employees",
        "pg_dump: warning: could not resolve dependency loop among these items:",
        'WARNING:  database "app" has a collation version mismatch',
    )

    assert words.omitted == []


def test_what_is_left_out_is_kept() -> None:
    left_out = [
        "subscriptions not dumped because current user is not a superuser",
        'typtype of data type "odd" appears to be invalid',
        'postfix operators are not supported anymore (operator "!")',
        "bogus value in pg_cast.castmethod field",
        "aggregate function f could not be dumped correctly for this database version; ignored",
    ]

    assert heard(*(f"pg_dump: warning: {said}" for said in left_out)).omitted == left_out


def test_no_secret_is_kept_and_no_amount_is_too_much() -> None:
    words = heard(*(f"pg_dump: error: sup3rs3cret {'x' * 10_000}" for _ in range(1000)))

    assert "sup3rs3cret" not in words.last
    assert len(words.last) < 2500
