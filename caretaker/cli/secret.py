"""``caretaker secret``: what caretaker.yaml refers to, stored where the functions read it."""

import os
import sys
from pathlib import Path

import click

from caretaker.authoring import compile_sections
from caretaker.authoring.wording import nearest
from caretaker.cli.configuration import config_option, loaded
from caretaker.cli.deployed import is_local, session, told_in_words
from caretaker.cli.keeping import Keeper
from caretaker.core.secrets import Reference, references


@click.group()
def secret() -> None:
    """Store what caretaker.yaml refers to, or see what is missing."""


@secret.command("set")
@click.argument("name")
@config_option
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
def set_secret(name: str, config: Path, endpoint_url: str | None) -> None:
    """Store the secret NAME, which is asked for without being shown, or read from standard input.

    NAME is one that caretaker.yaml refers to; its last parts are enough: alerts/slack-alerts. A value that is
    there already is replaced; the functions use the new one within minutes.
    """
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    wanted = _find(name, _references(config))
    value = _read(wanted)
    with told_in_words(is_local(endpoint)):
        Keeper(session(is_local(endpoint)), endpoint).put(wanted, value)
    click.echo(f"{wanted} is stored.")


@secret.command("list")
@config_option
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.pass_context
def list_secrets(ctx: click.Context, config: Path, endpoint_url: str | None) -> None:
    """List what caretaker.yaml refers to, and whether it is there. Exits with 1 if something is missing."""
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    wanted = _references(config)
    with told_in_words(is_local(endpoint)):
        missing = Keeper(session(is_local(endpoint)), endpoint).missing(wanted)
    for one in wanted:
        click.echo(f"{one.name}  {'missing' if one in missing else 'is there'}")
    if not wanted:
        click.echo(f"{config} refers to no secret.")
    if missing:
        click.echo(f"Store one with: caretaker secret set {missing[0].name}", err=True)
    ctx.exit(1 if missing else 0)


def _references(config: Path) -> list[Reference]:
    sections = compile_sections(loaded(config, for_deployment=False))
    return sorted((one for one in references(sections) if one.source != "env"), key=lambda one: (one.name, one.source))


def _find(name: str, known: list[Reference]) -> Reference:
    asked = name.strip("/")
    found = [one for one in known if one.name.strip("/") == asked or one.name.endswith(f"/{asked}")]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(str(one) for one in found)
        raise click.UsageError(f"{name} may be several of them: {several}. Give the whole name.")
    if not known:
        raise click.UsageError("caretaker.yaml refers to no secret: write ${ssm:NAME} where it is needed first")
    raise click.UsageError(f"caretaker.yaml does not refer to {name}. {nearest(asked, [one.name for one in known])}")


def _read(wanted: Reference) -> str:
    if sys.stdin.isatty():
        value = str(click.prompt(f"Value of {wanted.name}", hide_input=True, confirmation_prompt=False))
    else:
        value = sys.stdin.read()
    value = value.strip()
    if not value:
        raise click.UsageError("the value is empty: nothing was stored")
    if "\n" in value or not value.isprintable():
        raise click.UsageError("the value has several lines or unprintable characters: nothing was stored")
    return value
