"""What is spoken before TLS, until both sides agree to begin it.

Sources: RFC 3207 (SMTP), RFC 9051 6.2.1 (IMAP), RFC 2595 (POP3), RFC 4217 (FTP), and PostgreSQL's frontend/backend
protocol, "SSL Session Encryption".
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import replace

from caretaker.core.network.failure import Failure
from caretaker.core.network.line import Line, Unreached
from caretaker.core.targets.certificate import StartTls

_MOST_SAID = 16_384  # bytes that a server may say before it agrees
_SILENT = "Leave starttls: out if TLS comes first on this port; else see whether the service hangs, and restart it."
_SSL_REQUEST = struct.pack("!ii", 8, 80_877_103)


def ask_for_tls(line: Line, protocol: StartTls) -> None:
    """Agree with the server to begin TLS; raise ``Unreached`` (``starttls-refused``) if it does not."""
    try:
        _DIALOGUES[protocol](_Talk(line, protocol))
    except Unreached as unreached:
        if unreached.failure.code != "timeout":
            raise
        raise Unreached(replace(unreached.failure, fix=_SILENT)) from None


class _Talk:
    """A dialogue in lines over a connection, and what of it was not read yet."""

    def __init__(self, line: Line, protocol: str) -> None:
        self.line = line
        self.protocol = protocol
        self._unread = b""
        self._said = 0

    def send(self, command: str) -> None:
        self.line.send(command.encode("ascii") + b"\r\n")

    def hear(self) -> str:
        """Return the next line that the server says."""
        while b"\n" not in self._unread:
            chunk = self.line.receive()
            if not chunk:
                raise Unreached(self.line.broken_off())
            self._said += len(chunk)
            self._unread += chunk
            if self._said > _MOST_SAID:
                raise self.refused("it talks without end")
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode("utf-8", "replace").strip()

    def reply(self) -> list[str]:
        """Return a reply of lines: where the first has a hyphen behind its number, the last has that number without.

        What stands between them is free in FTP (RFC 959 4.2).
        """
        lines = [self.hear()]
        number = lines[0][:3]
        if lines[0][3:4] == "-":
            while lines[-1][:3] != number or lines[-1][3:4] == "-":
                lines.append(self.hear())
        return lines

    def expect(self, said: str, wanted: str) -> None:
        if not said.upper().startswith(wanted):
            raise self.refused(f"it says {_quoted(said)}")

    def begin(self) -> None:
        """Make sure that nothing stands between the agreement and TLS."""
        if self._unread:
            raise self.refused("it goes on in plain text after agreeing")

    def refused(self, reason: str) -> Unreached:
        return Unreached(
            Failure(
                "starttls-refused",
                f"{self.line.peer} does not begin TLS over {self.protocol}: {reason}",
                "Switch STARTTLS on in the server, or check the port; leave starttls: out where TLS comes first.",
                measured=reason,
                limit="an agreement to begin TLS",
            )
        )


def _smtp(talk: _Talk) -> None:
    talk.expect(talk.reply()[-1], "220")
    talk.send("EHLO caretaker.invalid")
    capabilities = talk.reply()
    talk.expect(capabilities[-1], "250")
    if not any(line[4:].strip().upper() == "STARTTLS" for line in capabilities):
        raise talk.refused("it does not offer STARTTLS")
    talk.send("STARTTLS")
    talk.expect(talk.reply()[-1], "220")
    talk.begin()


def _imap(talk: _Talk) -> None:
    talk.expect(talk.hear(), "* OK")
    talk.send("c1 STARTTLS")
    said = talk.hear()
    while said.startswith("*"):
        said = talk.hear()
    talk.expect(said, "C1 OK")
    talk.begin()


def _pop3(talk: _Talk) -> None:
    talk.expect(talk.hear(), "+OK")
    talk.send("STLS")
    talk.expect(talk.hear(), "+OK")
    talk.begin()


def _ftp(talk: _Talk) -> None:
    talk.expect(talk.reply()[-1], "220")
    talk.send("AUTH TLS")
    talk.expect(talk.reply()[-1], "234")
    talk.begin()


def _postgres(talk: _Talk) -> None:
    talk.line.send(_SSL_REQUEST)
    # One byte only: what comes behind it belongs to TLS, and whatever came along in plain text must not.
    answer = talk.line.receive(1)
    if not answer:
        raise Unreached(talk.line.broken_off())
    if answer != b"S":
        raise talk.refused("its ssl is off" if answer == b"N" else f"it answers {_quoted(answer.decode('latin-1'))}")


def _quoted(said: str) -> str:
    plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in said[:100])
    return f"“{plain}”"


_DIALOGUES: Mapping[str, Callable[[_Talk], None]] = {
    "smtp": _smtp,
    "imap": _imap,
    "pop3": _pop3,
    "ftp": _ftp,
    "postgres": _postgres,
}
