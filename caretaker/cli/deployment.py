"""``caretaker deployment``: what ``make deploy`` and ``make rollback`` need beside SAM."""

import os
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from caretaker.authoring import ConfigurationError
from caretaker.cli.configuration import BadConfiguration
from caretaker.cli.deployed import is_local, session, told_in_words
from caretaker.releasing.environments import Environment, environments, pick
from caretaker.releasing.errors import ReleaseError
from caretaker.releasing.records import Records
from caretaker.releasing.settings import Settings, override, read_settings
from functions.notify.channels.outcome import Sent
from functions.notify.channels.posting import attempt, encoded, outcome

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
_PATIENCE = 20.0  # seconds
_ASKED = "E-mail address that hears of what could not be delivered otherwise (nothing for nobody)"

_config = click.option(
    "--config",
    "configs",
    type=click.Path(path_type=Path),
    multiple=True,
    default=["caretaker.yaml"],
    metavar="FILE",
    help="The configurations, one an environment, the default one first.",
)
_settings = click.option(
    "--settings", type=click.Path(path_type=Path), default="samconfig.toml", metavar="FILE", help="SAM's own settings."
)
_environment = click.option("--environment", default=None, help="By default the first configuration's.")


@click.group()
def deployment() -> None:
    """What make deploy and make rollback need beside SAM."""


@deployment.command()
@_environment
@_config
@_settings
@click.option("--email", default=None, help="The answer to the question for the watchdog's address.")
@click.option("--boundary", envvar="BOUNDARY", default="", help="The boundary of the stack's roles.")
@click.option("--execution-role", envvar="EXECUTION_ROLE", default="", help="The role for CloudFormation.")
@click.option("--bucket", envvar="ARTIFACTS", default="", help="The bucket for artifacts, instead of SAM's own.")
def settle(
    environment: str | None,
    configs: Sequence[Path],
    settings: Path,
    email: str | None,
    boundary: str,
    execution_role: str,
    bucket: str,
) -> None:
    """Ask what is not known yet, write it into samconfig.toml, and print the options for sam deploy."""
    kept, known = _known(configs, settings)
    if environment is None and len(known) > 1 and not kept.overrides(known[0].section) and sys.stdin.isatty():
        names = [one.name for one in known]
        environment = str(click.prompt("Environment", type=click.Choice(names), default=names[0], err=True))
    chosen = _pick(known, environment)
    overrides, is_new = _overrides(kept, chosen, email)
    if is_new:
        kept.settle(chosen.section, chosen.stack, overrides)
        click.echo(f"{settings} has the answers for {chosen.name}, stack {chosen.stack}.", err=True)
    given = overrides | ({"PermissionsBoundary": boundary} if boundary else {})
    options = ["--config-env", chosen.section, "--stack-name", chosen.stack, "--s3-prefix", chosen.stack]
    options.append("--confirm-changeset" if is_new and sys.stdin.isatty() else "--no-confirm-changeset")
    options += ["--role-arn", execution_role] if execution_role else []
    options += ["--s3-bucket", bucket, "--no-resolve-s3"] if bucket else []
    options += ["--parameter-overrides", *(override(name, value) for name, value in given.items())]
    click.echo(shlex.join(options))


@deployment.command()
@_environment
@_config
@_settings
def stack(environment: str | None, configs: Sequence[Path], settings: Path) -> None:
    """Print the name of an environment's stack."""
    click.echo(_pick(_known(configs, settings)[1], environment).stack)


@deployment.command("file")
@_environment
@_config
@_settings
def file_(environment: str | None, configs: Sequence[Path], settings: Path) -> None:
    """Print which configuration is an environment's."""
    click.echo(_pick(_known(configs, settings)[1], environment).config)


@deployment.command()
@click.option("--stack", "name", required=True, help="The deployed stack.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
def keep(name: str, endpoint_url: str | None) -> None:
    """Record what is deployed as good: make rollback comes back to it."""
    with told_in_words(_is_local(endpoint_url)):
        try:
            click.echo(f"{name} is good as it is: recorded in {_records(name, endpoint_url).keep()}")
        except ReleaseError as failure:
            raise click.ClickException(str(failure)) from failure


@deployment.command()
@click.option("--stack", "name", required=True, help="The deployed stack.")
@click.option("--into", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
def good(name: str, into: Path, endpoint_url: str | None) -> None:
    """Write the template of the last good version into a file. Exits with 1 if there is none."""
    with told_in_words(_is_local(endpoint_url)):
        try:
            template = _records(name, endpoint_url).good()
        except ReleaseError as failure:
            raise click.ClickException(str(failure)) from failure
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(template, "utf-8")


@deployment.command()
@click.argument("text")
def tell(text: str) -> None:
    """Post TEXT to the Slack webhook in the variable SLACK_DEPLOYMENTS; without one, only say so."""
    url = os.environ.get("SLACK_DEPLOYMENTS", "").strip()
    if not url:
        click.echo("SLACK_DEPLOYMENTS is not set: nobody was told", err=True)
        return
    with attempt("Slack", _PATIENCE) as trying:
        said = outcome("Slack", trying.post(url, encoded({"text": text})))
    if not isinstance(said, Sent):
        raise click.ClickException(f"nobody was told: {said.error}")


def _known(configs: Sequence[Path], settings: Path) -> tuple[Settings, list[Environment]]:
    try:
        kept = read_settings(settings)
        return kept, environments(configs, kept)
    except ReleaseError as failure:
        raise click.UsageError(str(failure)) from failure
    except ConfigurationError as error:
        raise BadConfiguration(error) from None


def _pick(known: Sequence[Environment], name: str | None) -> Environment:
    try:
        return pick(known, name)
    except ReleaseError as failure:
        raise click.UsageError(str(failure)) from failure


def _overrides(kept: Settings, chosen: Environment, email: str | None) -> tuple[dict[str, str], bool]:
    """Return the values of the template's parameters, and whether an answer is among them that is new."""
    written = kept.overrides(chosen.section)
    said = written.get("Environment", chosen.name)
    if said != chosen.name:
        raise click.UsageError(
            f"{chosen.config} is of the environment {chosen.name}, but [{chosen.section}] of {kept.path} deploys "
            f"Environment={said}: let both say the same"
        )
    if email is None and "WatchdogEmail" in written:
        return {**written, "Environment": chosen.name}, False
    answer = _email(email, kept.path)
    return {**written, "Environment": chosen.name, "WatchdogEmail": answer}, written.get("WatchdogEmail") != answer


def _email(given: str | None, settings: Path) -> str:
    if given is None and not sys.stdin.isatty():
        raise click.UsageError(
            f"the first deployment asks for the watchdog's e-mail address: run make deploy at a terminal and keep "
            f"{settings}, or say make deploy EMAIL=you@example.com"
        )
    asked = given if given is not None else str(click.prompt(_ASKED, default="", show_default=False, err=True))
    answer = asked.strip()
    if answer and not _EMAIL.fullmatch(answer):
        raise click.UsageError("this is no e-mail address: give one, or nothing")
    return answer


def _records(name: str, endpoint_url: str | None) -> Records:
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    known = session(is_local(endpoint))
    clients = known.client("cloudformation", endpoint_url=endpoint), known.client("s3", endpoint_url=endpoint)
    return Records(name, *clients)


def _is_local(endpoint_url: str | None) -> bool:
    return is_local(endpoint_url or os.environ.get("AWS_ENDPOINT_URL"))
