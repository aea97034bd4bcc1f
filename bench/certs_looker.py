"""Runs what `cert_check` does with its endpoints, in a process that has nothing else in it, and says what it cost.

Reads {"section", "endpoint", "at", "core"} from standard input. Writes for a run of full looks ("full"), and for one
five minutes later ("usual"): {"seconds", "calls": AWS calls, "statuses"}; and "peak", megabytes.
"""

import json
import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import botocore.session

from caretaker.core.config import certificates_config
from caretaker.core.results import moment
from caretaker.core.store.table import Table
from functions.cert_check.run import Tools, run


def main() -> None:
    """Run twice, and print what it cost."""
    asked = json.load(sys.stdin)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {asked["core"]})
    client = botocore.session.get_session().create_client("dynamodb", endpoint_url=asked["endpoint"])
    calls: list[str] = []
    client.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    config = certificates_config(asked["section"])
    tools = Tools(Table(client, "bench"), config, lambda: datetime.now(UTC), time.monotonic, time.sleep)
    said: dict[str, object] = {}
    for name, later in (("full", timedelta(0)), ("usual", timedelta(minutes=5))):
        calls.clear()
        ran = run(moment(asked["at"]) + later, time.monotonic() + 135, tools)
        statuses = Counter(str(result.status) for result in ran.results)
        said[name] = {"seconds": ran.seconds, "calls": len(calls), "statuses": statuses}
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - pathlib is not among what is measured
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    json.dump(said | {"peak": peak * 1024 / 1e6}, sys.stdout)


if __name__ == "__main__":
    main()
