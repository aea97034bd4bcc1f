"""``caretaker config``: is caretaker.yaml right, and what may stand in it."""

import json
from pathlib import Path

import click

from caretaker.authoring import Configuration, ConfigurationError, json_schema, load
from caretaker.authoring.compiling.certificates import compile_certificates
from caretaker.cli.configuration import config_option, loaded


@click.group()
def config() -> None:
    """Check caretaker.yaml, or print its JSON Schema."""


@config.command()
@config_option
@click.option("--local", is_flag=True, help="Allow what only works on this machine: ${env:NAME}, passwords in URLs.")
@click.option("--json", "as_json", is_flag=True, help="Print the mistakes as JSON, for programs.")
@click.pass_context
def validate(ctx: click.Context, config: Path, local: bool, as_json: bool) -> None:
    """Say whether a configuration can be deployed, or everything that is wrong with it.

    Looks at the file only, at no endpoint and no secret. Exits with 0 if it is right, else with 2.
    """
    if as_json:
        ctx.exit(_as_json(config, for_deployment=not local))
    click.echo(f"{config} is right: {_contents(loaded(config, for_deployment=not local))}.")


@config.command()
def schema() -> None:
    """Print the JSON Schema of caretaker.yaml, for completion in editors."""
    click.echo(json.dumps(json_schema(), indent=2))


def _as_json(path: Path, *, for_deployment: bool) -> int:
    mistakes: list[dict[str, object]] = []
    try:
        load(path, for_deployment=for_deployment)
    except ConfigurationError as error:
        mistakes = [
            {
                "file": mistake.file,
                "line": mistake.line,
                "column": mistake.column,
                "path": mistake.path,
                "message": mistake.message,
                "suggestion": mistake.suggestion,
            }
            for mistake in error.mistakes
        ]
    click.echo(json.dumps({"valid": not mistakes, "mistakes": mistakes}, indent=2, ensure_ascii=False))
    return 2 if mistakes else 0


def _contents(configuration: Configuration) -> str:
    targets = len(configuration.uptime.targets)
    certificates = len(compile_certificates(configuration.certificates, configuration.uptime.targets))
    channels = len(configuration.alerts.channels or ["email"])
    counted = [_counted(targets, "target"), *([_counted(certificates, "certificate")] if certificates else [])]
    return ", ".join([f"environment {configuration.environment}", *counted, _counted(channels, "channel")])


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
