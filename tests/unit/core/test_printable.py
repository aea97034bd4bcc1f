"""Texts from elsewhere, made fit to be shown."""

import pytest

from caretaker.core.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("grüß “dich” 東", "grüß “dich” 東"),
        ("a\tb\r\nc\u00a0d", "a b  c d"),
        ("\x1b[2J\0", "\ufffd[2J\ufffd"),
        ("\u202eevil", "\ufffdevil"),
        ("\ud800", "\ufffd"),
    ],
)
def test_what_would_control_a_screen_is_replaced(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert shown.encode()
