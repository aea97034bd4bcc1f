"""The first thing that runs in a function's process: ``bootstrap.py RUNTIME ARTIFACT LIBRARY HANDLER``.

Started with ``-I -S``, so that nothing but the standard library can be imported until it has put the
function's artifact, and the folder of the runtime's own library, on the path.
"""

import resource
import runpy
import sys
from pathlib import Path

FILE_DESCRIPTORS = 1024  # Lambda's limit


def main(runtime: str, artifact: str, library: str, handler: str) -> None:
    """Run the runtime, which runs the handler for each invocation until its process is ended."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = FILE_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(FILE_DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    sys.path[:0] = [artifact, library]
    if runtime == "awslambdaric":
        sys.argv = ["awslambdaric", handler]
        runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
    else:
        sys.argv = [runtime, handler]
        runpy.run_path(str(Path(__file__).with_name("loop.py")), run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
