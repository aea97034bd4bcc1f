"""The record of a drill as it is stored beside its backup: ``verified/<time>.json``."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, get_args

from caretaker.archive.fields import Fields, Malformed
from caretaker.archive.identity import BackupId
from caretaker.archive.proof import LEVELS, Level, Noted, Proof, Step, Where
from caretaker.core.printable import printable

SCHEMA_VERSION = 1
LARGEST = 64_000  # bytes
FOLDER = "verified/"
_MOST = 50  # of what is listed
_LONGEST_TEXT = 500  # characters
_LEVELS: dict[str, Level] = {level: level for level in LEVELS}
_WHERE: dict[str, Where] = {where: where for where in get_args(Where)}


class UnreadableProof(Exception):
    """A record is damaged, from a newer Caretaker, or in a wrong place; the message says which."""


def proof_key(backup: BackupId, at: datetime) -> str:
    """Return where the record of a drill that began then is."""
    return backup.stamped(FOLDER, at)


def encode(proof: Proof) -> bytes:
    """Return the bytes to store; of long lists the first entries are kept."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "backup": proof.backup.text,
        "database": proof.backup.database,
        "began_at": proof.began_at.isoformat(),
        "finished_at": proof.finished_at.isoformat(),
        "reached": proof.reached,
        "noted": [{"code": noted.code, "message": _short(noted.message)} for noted in proof.noted[:_MOST]],
        "steps": [{**asdict(step), "seconds": round(step.seconds, 3)} for step in proof.steps],
        "tables": proof.tables,
        "compared": proof.compared,
        "set_aside": [_short(name) for name in proof.set_aside[:_MOST]],
        "server_version": _short(proof.server_version),
        "tool_version": _short(proof.tool_version),
        "on": proof.on,
        "dump_sha256": proof.dump_sha256,
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode(errors="backslashreplace")


def _short(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def decode(data: bytes, backup: BackupId) -> Proof:
    """Return the record that was found beside a backup; raise ``UnreadableProof`` if it cannot be believed."""
    try:
        fields = Fields.document(data, SCHEMA_VERSION)
        if (fields.text("backup"), fields.text("database")) != (backup.text, backup.database):
            raise Malformed("it is about another backup")
        return Proof(
            backup=backup,
            began_at=fields.time("began_at"),
            finished_at=fields.time("finished_at"),
            reached=None if fields.text_or_none("reached") is None else fields.one_of("reached", _LEVELS),
            noted=tuple(Noted(part.text("code"), part.text("message")) for part in fields.parts("noted")),
            steps=tuple(map(_step, fields.parts("steps"))),
            tables=fields.count("tables"),
            compared=fields.count("compared"),
            set_aside=fields.texts("set_aside"),
            server_version=fields.text("server_version"),
            tool_version=fields.text("tool_version"),
            on=fields.one_of("on", _WHERE) if "on" in fields.values else "throw-away",  # records of before lack it
            dump_sha256=fields.text_or_empty("dump_sha256"),
        )
    except Malformed as malformed:
        raise UnreadableProof(f"the proof of {backup.text} cannot be believed: {malformed}") from malformed


def _step(part: Fields) -> Step:
    return Step(part.one_of("level", _LEVELS), part.seconds("seconds"), part.count("bytes"))
