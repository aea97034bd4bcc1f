"""Texts of others cannot break lines, turn directions or ring bells."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.notify.channels.plain_text import one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 😀 text", "plain é 😀 text"),
        ("  a\r\n\tb\u2028c\x00d  ", "a b c d"),
        ("\x1b[31mred\x9b", "[31mred"),
        ("safe\u202egnp.exe\u2066", "safe gnp.exe"),
        ("", ""),
        ("abcdefghij", "abcdefghij"),
        ("abcdefghijk", "abcdefghi…"),
    ],
)
def test_a_text_is_shown_on_one_line(text: str, shown: str) -> None:
    assert one_line(text, 10 if text.startswith("abc") else 500) == shown


@given(st.text(), st.integers(1, 50))
def test_no_text_breaks_the_line_or_its_limit(text: str, most: int) -> None:
    line = one_line(text, most)
    assert len(line) <= most
    assert not [character for character in line if unicodedata.category(character) in ("Cc", "Zl", "Zp")]
