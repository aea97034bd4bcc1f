"""Digests of streams, computed beside whatever else is done."""

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor


class Sha256:
    """A SHA-256 that is computed in a thread, one chunk behind."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1, "sha256")
        self._last: Future[None] | None = None

    def update(self, chunk: bytes) -> None:
        """Take in a chunk."""
        if self._last:
            self._last.result()
        self._last = self._thread.submit(self._sha256.update, chunk)

    def text(self) -> str:
        """Return the digest of all chunks, in hexadecimal."""
        if self._last:
            self._last.result()
        return self._sha256.hexdigest()
