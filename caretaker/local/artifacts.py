"""The functions' artifacts for this host, built as ``make build`` builds them for Lambda."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_AT_ONCE = 4


def build_artifacts(
    functions: Sequence[str], config: Path, into: Path, say: Callable[[str], None] = lambda progress: None
) -> Mapping[str, Path]:
    """Build each function's artifact below ``into``; return where they are, by function.

    ``say`` is told what takes long, from several threads.
    """
    from caretaker.build.artifact import build  # only who builds needs what it imports

    folders = {function: into / function for function in functions}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        building = [
            pool.submit(build, function, platform="host", configs=[config], into=folder, say=say)
            for function, folder in folders.items()
        ]
    for one in building:
        one.result()
    return folders
