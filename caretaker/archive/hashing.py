"""Digests of streams, computed beside whatever else is done."""

import hashlib

from caretaker.archive.behind import Behind


class Sha256:
    """A SHA-256 that is computed in a thread, one chunk behind."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._behind = Behind(self._sha256.update, "sha256")

    def update(self, chunk: bytes) -> None:
        """Take in a chunk."""
        self._behind.give(chunk)

    def text(self) -> str:
        """Return the digest of all chunks, in hexadecimal."""
        self._behind.wait()
        return self._sha256.hexdigest()
