"""The manifest as it is stored: small, the same for the same manifest, and not believed unless it is whole.

``docs/manifest.schema.json`` describes it for others.
"""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, get_args

from caretaker.archive.fields import Fields, Malformed
from caretaker.archive.identity import DUMP, MANIFEST, BackupId, backup_id
from caretaker.archive.manifest import (
    Extension,
    Fingerprint,
    LargeObjects,
    Manifest,
    Provider,
    Seconds,
    Server,
    StoredObject,
    TableTotals,
)
from caretaker.core.printable import printable

SCHEMA_VERSION = 1
LARGEST = 16_000  # bytes
_LONGEST_TEXT = 200  # characters
_LONGEST_REASON = 500

_FINGERPRINTS: dict[str, Fingerprint] = {word: word for word in get_args(Fingerprint)}
_PROVIDERS: dict[str, Provider] = {word: word for word in get_args(Provider)}


class UnreadableManifest(Exception):
    """A manifest is damaged, from a newer Caretaker, or in a wrong place; the message says which."""


def encode(manifest: Manifest) -> bytes:
    """Return the bytes to store, at most ``LARGEST``.

    Long texts are cut. Extensions and excluded tables that find no room are left out and counted: the dump itself and
    the configuration name them too, and a manifest that could not be written would cost the whole backup.
    """
    data = _bytes(manifest)
    while len(data) > LARGEST and (manifest.extensions or manifest.excluded_table_data):
        manifest = _with_fewer(manifest)
        data = _bytes(manifest)
    return data


def _with_fewer(manifest: Manifest) -> Manifest:
    extensions, excluded = manifest.extensions, manifest.excluded_table_data
    if len(excluded) >= len(extensions):
        kept = len(excluded) * 9 // 10
        left_out = manifest.excluded_left_out + len(excluded) - kept
        return replace(manifest, excluded_table_data=excluded[:kept], excluded_left_out=left_out)
    kept = len(extensions) * 9 // 10
    left_out = manifest.extensions_left_out + len(extensions) - kept
    return replace(manifest, extensions=extensions[:kept], extensions_left_out=left_out)


def _bytes(manifest: Manifest) -> bytes:
    # Half of a surrogate pair has no UTF-8; as an escape it is JSON all the same.
    return (json.dumps(_json(manifest), ensure_ascii=False, indent=1) + "\n").encode(errors="backslashreplace")


def _json(manifest: Manifest) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "id": manifest.id.text,
        "database": manifest.id.database,
        "kind": manifest.id.kind,
        "scheduled_at": _written(manifest.id.at),
        "reason": _short(manifest.reason, _LONGEST_REASON),
        "request": _short(manifest.request),
        "began_at": _written(manifest.began_at),
        "dumped_at": _written(manifest.dumped_at),
        "finished_at": _written(manifest.finished_at),
        "snapshot": _short(manifest.snapshot),
        "server": {
            name: _short(part) if isinstance(part, str) else part for name, part in asdict(manifest.server).items()
        },
        "client_version": _short(manifest.client_version),
        "extensions": [asdict(extension) for extension in manifest.extensions],
        "extensions_left_out": manifest.extensions_left_out,
        "objects": [asdict(stored) for stored in manifest.objects],
        "totals": asdict(manifest.totals),
        "sequences": manifest.sequences,
        "large_objects": asdict(manifest.large_objects),
        "excluded_table_data": list(manifest.excluded_table_data),
        "excluded_left_out": manifest.excluded_left_out,
        "tool_version": _short(manifest.tool_version),
        "seconds": {name: round(seconds, 3) for name, seconds in asdict(manifest.seconds).items()},
    }


def _short(text: str, longest: int = _LONGEST_TEXT) -> str:
    text = printable(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def decode(data: bytes, key: str) -> Manifest:
    """Return the manifest that was found under a key; raise ``UnreadableManifest`` if it cannot be believed."""
    try:
        fields = Fields.document(data, SCHEMA_VERSION)
        manifest = _manifest(fields, _identity(fields, key))
        if manifest.stored(DUMP) is None:
            raise Malformed(f"objects has no {DUMP}")
    except Malformed as malformed:
        raise UnreadableManifest(f"{key} cannot be believed: {malformed}") from malformed
    return manifest


def _identity(fields: Fields, key: str) -> BackupId:
    identity = backup_id(key)
    if identity is None or key != identity.key(MANIFEST):
        raise Malformed("it is in no place of a manifest")
    found = (fields.text("id"), fields.text("database"), fields.text("kind"), fields.time("scheduled_at"))
    if found != (identity.text, identity.database, identity.kind, identity.at):
        raise Malformed(
            f"it is in the place of another backup: it says that it is {printable(found[0])} of {printable(found[1])}"
        )
    return identity


def _manifest(fields: Fields, identity: BackupId) -> Manifest:
    return Manifest(
        id=identity,
        reason=fields.text("reason"),
        request=fields.text("request"),
        began_at=fields.time("began_at"),
        dumped_at=fields.time("dumped_at"),
        finished_at=fields.time("finished_at"),
        snapshot=fields.text("snapshot"),
        server=_server(fields.part("server")),
        client_version=fields.text("client_version"),
        extensions=tuple(Extension(part.text("name"), part.text("version")) for part in fields.parts("extensions")),
        extensions_left_out=fields.count("extensions_left_out"),
        objects=tuple(map(_stored, fields.parts("objects"))),
        totals=_totals(fields.part("totals")),
        sequences=fields.count("sequences"),
        large_objects=large_objects(fields.part("large_objects")),
        excluded_table_data=fields.texts("excluded_table_data"),
        excluded_left_out=fields.count("excluded_left_out"),
        tool_version=fields.text("tool_version"),
        seconds=_seconds(fields.part("seconds")),
    )


def _server(part: Fields) -> Server:
    return Server(
        version=part.text("version"),
        system_identifier=part.text("system_identifier"),
        encoding=part.text("encoding"),
        collation=part.text("collation"),
        ctype=part.text("ctype"),
        database_bytes=part.count("database_bytes"),
        lsn=part.text("lsn"),
        in_recovery=part.flag("in_recovery"),
        provider=part.one_of("provider", _PROVIDERS) if "provider" in part.values else "libc",
        locale=part.text_or_empty("locale"),
        rules=part.text_or_empty("rules"),
    )


def _stored(part: Fields) -> StoredObject:
    return StoredObject(
        part.text("name"),
        part.count("bytes"),
        part.sha256("sha256"),
        part.count("raw_bytes"),
        part.sha256("raw_sha256"),
    )


def _totals(part: Fields) -> TableTotals:
    fingerprint = part.one_of("fingerprint", _FINGERPRINTS)
    return TableTotals(part.count("tables"), part.count_or_none("rows"), fingerprint, part.text_or_none("digest"))


def _seconds(part: Fields) -> Seconds:
    return Seconds(part.seconds("preflight"), part.seconds("dump"), part.seconds("fingerprint"), part.seconds("total"))


def large_objects(part: Fields) -> LargeObjects:
    """Return the large objects that a field describes; raise ``Malformed``."""
    return LargeObjects(part.count("count"), part.count_or_none("bytes"), part.text_or_none("digest"))
