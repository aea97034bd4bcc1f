"""An upload of what nobody knows the length of: in parts, several at once, whole or not at all."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Self

from caretaker.archive.deadline import Deadline
from caretaker.archive.objects import Bucket
from functions.backup.multipart import Part, abort, abort_all, begin
from functions.backup.part_sizes import SMALLEST, part_size

_AT_ONCE = 4  # parts on their way
_PATIENCE = 5.0  # seconds that an abort waits for those: what arrives after it might stay
_LEFT_OPEN = "the upload could not be ended: S3 deletes its parts a day later, if the bucket's lifecycle rule says so"


class Upload:
    """An object on its way to S3. It is there once ``complete`` has returned; a block left without that ends it.

    Memory is held for four parts of 8 MiB on their way and one that is being filled; where parts are larger, fewer
    are on their way at once. Every method raises ``UploadFailed``, and ``OutOfTime`` at the deadline.
    """

    def __init__(self, bucket: Bucket, key: str, deadline: Deadline) -> None:
        self._bucket = bucket
        self._key = key
        self._deadline = deadline
        self._pool = ThreadPoolExecutor(_AT_ONCE, "upload")
        self._buffer = bytearray()
        self._begun = 0  # parts
        self._under_way: dict[Future[Part], int] = {}  # with their bytes
        self._parts: list[Part] = []
        self._completed = False

    def __enter__(self) -> Self:
        self._multipart = begin(self._bucket, self._key)
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        wait(self._under_way, timeout=_PATIENCE)
        if not self._ended() and error:
            error.add_note(_LEFT_OPEN)

    def write(self, data: bytes) -> None:
        """Take in the next bytes; wait while too many are on their way."""
        self._buffer += data
        while len(self._buffer) >= (size := part_size(self._begun + 1)):
            self._send(size)

    def complete(self) -> None:
        """Make the object, once every part is stored; never over another one."""
        if self._buffer or not self._begun:
            self._send(len(self._buffer))
        while self._under_way:
            self._settle()
        self._multipart.complete(sorted(self._parts, key=lambda part: part.number))
        self._completed = True

    def _send(self, size: int) -> None:
        while self._under_way and sum(self._under_way.values()) + size > _AT_ONCE * SMALLEST:
            self._settle()
        part = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        self._begun += 1
        self._under_way[self._pool.submit(self._multipart.store, self._begun, part)] = size

    def _settle(self) -> None:
        """Wait until a part has arrived."""
        left = self._deadline.left("parts were on their way to S3")
        for future in wait(self._under_way, timeout=left, return_when=FIRST_COMPLETED).done:
            del self._under_way[future]
            self._parts.append(future.result())

    def _ended(self) -> bool:
        """End what is left open, and return whether that is certain."""
        if self._completed:
            return self._multipart.lonely or abort_all(self._bucket, self._key)
        if self._multipart.lonely:
            return abort(self._bucket, self._key, self._multipart.id)
        return abort_all(self._bucket, self._key)
