"""Compression: zstd, and what both sides of it measure."""

import zstandard

from caretaker.archive.hashing import Sha256

LEVEL = 3
THREADS = 2
_MATCH = 7  # bytes of a match at least: rows repeat whole values; 4 % less than with 5, and in numbers 8 %
_HASHED = 18  # bits of the table of longer matches: what repeats lies further back than in other texts
_JOB = 2 << 20  # bytes that a thread compresses at once; zstd's own choice, 8 MiB, takes 50 MB more for 0.1 %


class Compressed:
    """A stream being compressed, with the sizes and SHA-256 digests of what went in and what came out."""

    def __init__(self, level: int = LEVEL, threads: int = THREADS) -> None:
        settings = zstandard.ZstdCompressionParameters.from_level(
            level, threads=threads, job_size=_JOB, min_match=_MATCH, hash_log=_HASHED, write_checksum=True
        )
        self._stream = zstandard.ZstdCompressor(compression_params=settings).compressobj()
        self._raw = Sha256()
        self._stored = Sha256()
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
