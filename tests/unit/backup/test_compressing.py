"""What is compressed can be uncompressed, and both sides are measured."""

import hashlib

import zstandard
from hypothesis import given
from hypothesis import strategies as st

from functions.backup.compressing import Compressed


@given(st.lists(st.binary(max_size=300_000), max_size=8))
def test_any_chunks_come_out_as_they_went_in(chunks: list[bytes]) -> None:
    compressed = Compressed()

    stored = b"".join([*map(compressed.write, chunks), compressed.finish()])

    raw = b"".join(chunks)
    assert zstandard.ZstdDecompressor().decompressobj().decompress(stored) == raw
    assert (compressed.raw_bytes, compressed.raw_sha256) == (len(raw), hashlib.sha256(raw).hexdigest())
    assert (compressed.stored_bytes, compressed.stored_sha256) == (len(stored), hashlib.sha256(stored).hexdigest())


def test_the_stream_says_itself_when_it_is_damaged() -> None:
    compressed = Compressed()
    stored = compressed.write(b"some rows" * 1000) + compressed.finish()

    assert zstandard.get_frame_parameters(stored).has_checksum
