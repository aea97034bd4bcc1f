"""The first level: every object that the manifest names is there, with the size that it says."""

from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.restoring.damage import Damaged


def look_for_objects(bucket: Bucket, manifest: Manifest) -> int:
    """Return the bytes of all objects; raise ``Damaged`` for what is missing or of another size, ``StorageFailed``."""
    missing, wrong = [], []
    for stored in manifest.objects:
        head = bucket.head(manifest.id.key(stored.name))
        if head is None:
            missing.append(stored.name)
        elif head.bytes != stored.bytes:
            wrong.append(f"{stored.name} has {head.bytes:,} bytes of {stored.bytes:,}")
    if missing:
        raise Damaged("missing-object", f"not in the bucket any more: {', '.join(missing)}")
    if wrong:
        raise Damaged("checksum-mismatch", f"of another size than was stored: {'; '.join(wrong)}")
    return sum(stored.bytes for stored in manifest.objects)
