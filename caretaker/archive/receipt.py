"""The receipt of a backup: what a person keeps of it."""

from datetime import timedelta

from caretaker.archive.identity import DUMP, MANIFEST
from caretaker.archive.manifest import Manifest, StoredObject
from caretaker.core.durations import spoken
from caretaker.core.printable import printable
from caretaker.core.results import timestamp
from caretaker.core.sizes import spoken_size


def receipt(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    """Return the rows of the receipt, each with its name and its value, both in one line."""
    totals = manifest.totals
    stored, raw = sum(each.bytes for each in manifest.objects), sum(each.raw_bytes for each in manifest.objects)
    tables = f"{totals.tables:,} table{'' if totals.tables == 1 else 's'}"
    rows = f"{totals.rows:,} in {tables}" if totals.rows is not None else "not counted"
    reason = (("reason", printable(manifest.reason)),) if manifest.reason else ()
    return (
        ("id", manifest.id.text),
        ("database", manifest.id.database),
        *reason,
        ("as of", spoken_as_of(manifest)),
        ("key", manifest.id.key(MANIFEST)),
        ("bytes", f"{stored:,} ({spoken_size(stored)}), of {spoken_size(raw)}"),
        ("SHA-256 of the dump", _sha256(manifest.stored(DUMP))),
        ("rows", rows),
        ("digest", totals.digest or "none"),
        ("duration", spoken(round(manifest.seconds.total))),
    )


def spoken_as_of(manifest: Manifest) -> str:
    """Return when the snapshot was taken; and what the server's clock said, if that was wrong."""
    ahead = manifest.server_ahead_by
    if not ahead:
        return timestamp(manifest.as_of)
    apart = f"{spoken(round(abs(ahead).total_seconds()))} {'ahead' if ahead > timedelta() else 'behind'}"
    return f"{timestamp(manifest.as_of)} (the clock of the server was {apart}: {timestamp(manifest.dumped_at)})"


def _sha256(dump: StoredObject | None) -> str:
    return dump.sha256 if dump else "none"
