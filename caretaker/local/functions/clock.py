"""Another clock than the machine's: when this process runs under libfaketime, so do the functions."""

import os
from collections.abc import Mapping

_FILE = "FAKETIME_TIMESTAMP_FILE"


def clock_variables(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables that put a process under the same clock; none, if this is the machine's own."""
    if _FILE not in environment:
        return {}
    return {name: value for name, value in environment.items() if name == "LD_PRELOAD" or "FAKE" in name}
