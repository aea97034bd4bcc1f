"""Compression: zstd, and what both sides of it measure."""

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor

import zstandard

LEVEL = 3
THREADS = 2
_JOB = 2 << 20  # bytes that a thread compresses at once; zstd's own choice, 8 MiB, takes 50 MB more for 0.1 %


class _Digest:
    """A SHA-256 that is computed beside whatever else is done, one chunk behind."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1, "sha256")
        self._last: Future[None] | None = None

    def update(self, chunk: bytes) -> None:
        if self._last:
            self._last.result()
        self._last = self._thread.submit(self._sha256.update, chunk)

    def text(self) -> str:
        if self._last:
            self._last.result()
        return self._sha256.hexdigest()


class Compressed:
    """A stream being compressed, with the sizes and SHA-256 digests of what went in and what came out."""

    def __init__(self, level: int = LEVEL, threads: int = THREADS) -> None:
        settings = zstandard.ZstdCompressionParameters.from_level(
            level, threads=threads, job_size=_JOB, write_checksum=True
        )
        self._stream = zstandard.ZstdCompressor(compression_params=settings).compressobj()
        self._raw = _Digest()
        self._stored = _Digest()
        self.raw_bytes = 0
        self.stored_bytes = 0

    def write(self, chunk: bytes) -> bytes:
        """Take in a chunk; return what is compressed by now, which may be nothing."""
        self._raw.update(chunk)
        self.raw_bytes += len(chunk)
        return self._out(self._stream.compress(chunk))

    def finish(self) -> bytes:
        """End the stream; return the rest of it."""
        return self._out(self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH))

    @property
    def raw_sha256(self) -> str:
        """The digest of what went in, in hexadecimal."""
        return self._raw.text()

    @property
    def stored_sha256(self) -> str:
        """The digest of what came out, in hexadecimal."""
        return self._stored.text()

    def _out(self, compressed: bytes) -> bytes:
        self._stored.update(compressed)
        self.stored_bytes += len(compressed)
        return compressed
