"""``caretaker undelete``: a backup that was deleted comes back."""

from datetime import UTC, datetime

import click

from caretaker.archive.expired import Purged, expired
from caretaker.archive.expired import undelete as bring_back
from caretaker.cli.storage import in_words, no_cleanup_meanwhile, storage, the_one


@click.command()
@click.argument("backup", metavar="ID")
@click.option("--bucket", default=None, help="The bucket, where the stack is gone.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
def undelete(backup: str, bucket: str | None, endpoint_url: str | None, stack: str | None) -> None:
    """Bring the backup ID, or DATABASE/ID, back; caretaker backups --expired lists those for which it is not too late.

    It is held from then on, or the next cleanup would take it again. It needs s3:DeleteObjectVersion, for the delete
    markers, which no function has.
    """
    with in_words(endpoint_url):
        there = storage(bucket, stack, endpoint_url)
        with no_cleanup_meanwhile(there.table, "an undelete by hand"):
            known = {one.manifest.id: one for one in expired(there.bucket)}
            wanted = the_one(backup, list(known), "deleted backup", "caretaker backups --expired")
            try:
                bring_back(there.bucket, known[wanted], datetime.now(UTC))
            except Purged as too_late:
                raise click.ClickException(str(too_late)) from too_late
    click.echo(
        f"{wanted.text} of {wanted.database} is back, and held; caretaker release {wanted.text} lets it go again"
    )
