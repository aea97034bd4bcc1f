"""``caretaker destroy``: the stack goes, the data stay."""

import os

import click

from caretaker.cli.deployed import Deployed, deployed, is_local, told_in_words

_KEPT = {"BackupBucketName": "the backups, in the bucket", "TableName": "states, incidents and history, in the table"}


@click.command()
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", required=True, help="The deployed stack.")
def destroy(endpoint_url: str | None, stack: str) -> None:
    """Delete a stack, after asking for its name. Backups, history and secrets stay, and it says where."""
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    with told_in_words(is_local(endpoint)):
        known = deployed(stack, endpoint)
        kept = _kept(known)
        click.echo(f"Nothing will be watched or backed up any more by {known.name}. These stay in the account:")
        for line in kept:
            click.echo(f"  {line}")
        if str(click.prompt(f"Type {known.name} to delete the stack", default="", show_default=False)) != known.name:
            raise click.ClickException("that is not its name: nothing was deleted")
        client = known.client("cloudformation")
        client.delete_stack(StackName=known.name)
        client.get_waiter("stack_delete_complete").wait(StackName=known.name)
    click.echo(f"The stack {known.name} is deleted. Backups can still be listed: caretaker backups --bucket NAME")


def _kept(known: Deployed) -> list[str]:
    kept = [f"{what} {known.outputs[name]}" for name, what in _KEPT.items() if name in known.outputs]
    return [*kept, "the secrets, below caretaker/ in the Parameter Store and in Secrets Manager"]
