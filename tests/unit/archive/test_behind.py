"""Chunks are worked on beside what brings them, in their order, and nothing that goes wrong with one is lost."""

from threading import Event

import pytest

from caretaker.archive.behind import Behind


def test_a_chunk_is_worked_on_while_the_next_one_comes() -> None:
    comes, done = Event(), list[bytes]()

    def work(chunk: bytes) -> None:
        assert comes.wait(10)
        done.append(chunk)

    behind = Behind(work, "test")
    behind.give(b"1")
    assert done == []
    comes.set()
    behind.give(b"2")
    behind.wait()

    assert done == [b"1", b"2"]


def test_what_goes_wrong_with_a_chunk_is_raised_with_the_next_or_at_the_end() -> None:
    def full(chunk: bytes) -> None:
        raise OSError(28, chunk.decode())

    behind = Behind(full, "test")
    behind.give(b"1")
    with pytest.raises(OSError, match="1"):
        behind.give(b"2")
    with pytest.raises(OSError, match="1"):
        behind.wait()


def test_nothing_is_done_any_more_after_the_end_and_nothing_is_raised() -> None:
    began, done = Event(), list[bytes]()

    def work(chunk: bytes) -> None:
        began.set()
        Event().wait(0.2)  # as a slow disk takes
        done.append(chunk)
        raise OSError(28, "full")

    behind = Behind(work, "test")
    behind.give(b"1")
    assert began.wait(10)
    behind.end()

    assert done == [b"1"]
