"""Runs what `uptime` does with its targets, in a process that has nothing else in it, and says what it cost.

Reads {"section", "endpoint", "rounds"} from standard input, and {"descriptors", "core"} as limits. Writes {"cpu":
milliseconds of CPU for a look in each round, "calls": AWS calls of the last round, "peak": megabytes, "descriptors":
the largest one that was open, "down": targets that were}.
"""

import gc
import json
import os
import resource
import sys
import threading
import time
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO

import botocore.session

from caretaker.core.results import Status
from caretaker.core.store.table import Table
from functions.uptime.outbox import measure_outbox
from functions.uptime.run import Tools, run
from functions.uptime.targets import Prepared


def cpu() -> float:
    """Return the seconds of CPU that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _watch_descriptors(largest: list[int]) -> None:
    while True:
        largest[0] = max(largest[0], *map(int, os.listdir("/proc/self/fd")))  # noqa: PTH208 - one call, many times
        time.sleep(0.05)  # a sample now and then, so that watching costs little of what is measured


def main() -> None:
    """Run, and print what it cost."""
    asked = json.load(sys.stdin)
    if "descriptors" in asked:
        resource.setrlimit(resource.RLIMIT_NOFILE, (asked["descriptors"], asked["descriptors"]))
    if "core" in asked and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {asked["core"]})
    largest = [0]
    threading.Thread(target=_watch_descriptors, args=(largest,), daemon=True).start()
    client = botocore.session.get_session().create_client("dynamodb", endpoint_url=asked["endpoint"])
    calls: list[str] = []
    client.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    prepared = Prepared.of(asked["section"])
    gc.freeze()  # as the handler does
    tools = Tools(Table(client, "bench"), lambda _: {}, prepared, lambda: datetime.now(UTC), time.monotonic, time.sleep)
    at = datetime.now(UTC).replace(microsecond=0)
    figures = []
    for number in range(asked["rounds"] + 1):
        calls.clear()
        before = cpu()
        ran = run(at + number * timedelta(minutes=5), time.monotonic() + 135, tools)
        with redirect_stdout(StringIO()):
            measure_outbox(tools.table, tools.clock)
        figures.append((cpu() - before) / len(ran.results) * 1000)
        assert not any(result.status is Status.UNKNOWN for result in ran.results), ran.results[0]
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - pathlib is not among what is measured
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    down = sum(result.status is Status.DOWN for result in ran.results)
    said = {"cpu": figures[1:], "calls": len(calls), "peak": peak * 1024 / 1e6, "descriptors": largest[0], "down": down}
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
