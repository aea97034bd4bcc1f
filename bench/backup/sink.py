"""A sink that speaks as much of S3's multipart as an upload needs, counts the bytes and discards them.

python -m bench.backup.sink      says its port, and serves until it is ended
"""

import asyncio
import re

_HEAD = re.compile(rb"(\w+) (\S+) HTTP/1\.1\r\n(.*?)\r\n\r\n", re.DOTALL)
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_RESULT = "<?xml version='1.0'?><{0}><UploadId>1</UploadId><Key>k</Key><Bucket>b</Bucket><ETag>e</ETag></{0}>"


class _Sink(asyncio.Protocol):
    """One connection: heads are read, bodies are counted down."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._held = b""
        self._missing = 0
        self._request = (b"", b"")

    def data_received(self, data: bytes) -> None:
        if self._missing:
            taken = min(self._missing, len(data))
            self._missing -= taken
            data = data[taken:] if taken < len(data) else b""
            if self._missing:
                return
            self._answer()
        self._held += data
        while found := _HEAD.match(self._held):
            self._request = (found[1], found[2])
            rest = self._held[found.end() :]
            length = _LENGTH.search(found[3])
            if b"100-continue" in found[3].lower():
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._missing = int(length[1]) if length else 0
            taken = min(self._missing, len(rest))
            self._missing -= taken
            self._held = rest[taken:]
            if self._missing:
                return
            self._answer()

    def _answer(self) -> None:
        method, path = self._request
        body = b""
        if method == b"POST":
            name = "InitiateMultipartUploadResult" if b"?uploads" in path else "CompleteMultipartUploadResult"
            body = _RESULT.format(name).encode()
        head = f'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: {len(body)}\r\n\r\n'
        self._transport.write(head.encode() + body)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
