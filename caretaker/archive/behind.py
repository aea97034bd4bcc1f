"""Something that is done to each chunk of a stream in a thread, beside whatever else is done."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Behind:
    """Does something to each chunk, in their order and one chunk behind."""

    def __init__(self, do: Callable[[bytes], object], name: str) -> None:
        self._do = do
        self._thread = ThreadPoolExecutor(1, name)
        self._last: Future[object] | None = None

    def give(self, chunk: bytes) -> None:
        """Take in a chunk, once the one before is done; raise what went wrong with that."""
        self.wait()
        self._last = self._thread.submit(self._do, chunk)

    def wait(self) -> None:
        """Wait until all chunks are done; raise what went wrong with the last."""
        if self._last:
            self._last.result()

    def end(self) -> None:
        """Wait until nothing is done any more, whatever went wrong."""
        self._thread.shutdown()
