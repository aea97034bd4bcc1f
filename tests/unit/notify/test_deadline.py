"""Work ends in time for whoever waits for it; what it does afterwards holds nothing up and says nothing."""

import subprocess
import sys
import threading
import time

import pytest

from functions.notify.channels.deadline import within

SECRET = "https://hooks.example.com/s3cret"


def test_what_is_finished_in_time_is_returned_or_raised() -> None:
    assert within(5.0, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5.0, lambda: 1 // 0)


def test_work_that_takes_longer_is_given_up_and_what_it_raises_then_is_shown_to_nobody(
    capfd: pytest.CaptureFixture[str],
) -> None:
    go_on = threading.Event()
    threads: list[threading.Thread] = []

    def work() -> None:
        threads.append(threading.current_thread())
        go_on.wait(5.0)
        raise OSError(SECRET)

    with pytest.raises(TimeoutError) as given_up:
        within(0.05, work)
    go_on.set()
    threads[0].join(5.0)
    assert not threads[0].is_alive()
    assert SECRET not in str(given_up.value)
    assert SECRET not in "".join(capfd.readouterr())


def test_work_that_was_given_up_does_not_hold_the_process_at_its_end() -> None:
    program = "import time; from functions.notify.channels.deadline import within; within(0.05, lambda: time.sleep(60))"
    before = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=30)
    assert b"TimeoutError" in ended.stderr
    assert time.monotonic() - before < 20
