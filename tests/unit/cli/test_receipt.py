"""The receipt of a backup can be copied from a narrow terminal."""

import pytest

from caretaker.cli.receipt import print_receipt


def test_each_part_is_one_line_however_long_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")

    print_receipt({"receipt": {"key": "a" * 60 + " b", "digest": "c" * 64, "reason": "odd \x1b[2J"}})

    assert capsys.readouterr().out.splitlines() == [
        "key     " + "a" * 60 + " b",
        "digest  " + "c" * 64,
        "reason  odd \ufffd[2J",
    ]


def test_without_a_receipt_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_receipt({})

    assert capsys.readouterr().out == ""
