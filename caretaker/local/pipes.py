"""The pipes of child processes."""

from typing import IO, AnyStr


def pipe(stream: IO[AnyStr] | None) -> IO[AnyStr]:
    """Return a stream that was asked for with ``subprocess.PIPE``."""
    if stream is None:
        raise ValueError("the process was started without this pipe")
    return stream
