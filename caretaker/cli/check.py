"""``caretaker check``: look once at everything, from here."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

import click

from caretaker.authoring import ConfigurationError, Mistake, compile_sections
from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.values.urls import FORMS, normal_url
from caretaker.cli.configuration import BadConfiguration, config_option, loaded
from caretaker.cli.progress import shown_late
from caretaker.cli.report import print_report
from caretaker.cli.secrets import LocalSecrets
from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Result, Status
from caretaker.core.secrets import REFERENCE, Redactor, Reference, references, substitute
from functions.uptime.looking import look
from functions.uptime.targets import Prepared, Watched, watched

_AT_ONCE = 200
_TO_SPARE = 5.0  # seconds beyond what all looks may take


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What is to be looked at, in the order of the file, and what must not be shown."""

    watched: Watched
    redactor: Redactor
    order: Mapping[str, int]


@click.command()
@config_option
@click.option("--only", type=click.Choice(["uptime"]), help="Look at checks of this kind only.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON, for programs.")
@click.pass_context
def check(ctx: click.Context, config: Path, only: str | None, as_json: bool) -> None:
    """Look once at everything in caretaker.yaml, from this machine.

    Tells nobody, changes nothing and needs no AWS, unless the file names secrets that are kept there.
    Exits with 0 if every status is ok, with 1 if one is not, with 2 if the configuration is wrong.
    """
    started = time.monotonic()
    prepared = _prepare(config, os.environ)
    results = sorted(shown_late(_look(prepared), len(prepared.order)), key=lambda result: prepared.order[result.check])
    if as_json:
        shown = [result.to_json() for result in results]
        click.echo(json.dumps({"results": shown}, indent=2, ensure_ascii=False))
    else:
        print_report(results, time.monotonic() - started)
    ctx.exit(0 if all(result.status is Status.OK for result in results) else 1)


def _prepare(path: Path, environment: Mapping[str, str]) -> _Prepared:
    section = compile_sections(loaded(path, for_deployment=False))["uptime"]
    mistakes = [mistake for target in section["targets"] for mistake in _unusable(path, target, environment)]
    if mistakes:
        raise BadConfiguration(ConfigurationError(mistakes))
    read = LocalSecrets(environment)
    to_watch = watched(Prepared.of(section), read)
    order = {f"uptime/{target['name']}": index for index, target in enumerate(section["targets"])}
    return _Prepared(to_watch, to_watch.redactor, order)


def _unusable(path: Path, target: Mapping[str, object], environment: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield the variables that a target needs and that are not set, and an address that they make useless."""
    needed = {reference for reference in references(target) if reference.source == "env"}
    missing = sorted(reference.name for reference in needed if reference.name not in environment)
    place = f"uptime.targets[{target['name']}]"
    for name in missing:
        message = f"the environment variable {name} is not set"
        yield Mistake(str(path), 0, 0, place, message, f"Set it: export {name}=…")
    form = FORMS.get(str(target["kind"]))
    url = str(target.get("url", ""))
    if missing or form is None or not any(reference.source == "env" for reference in references(url)):
        return
    values = {reference: environment[reference.name] for reference in needed}
    others = {Reference(*found): "x" for found in REFERENCE.findall(url)}
    try:
        normal_url(substitute(url, {**others, **values}), form)
    except Unfit:
        # What is wrong with it is not quoted: it would show a part of the secret.
        message = "with its environment variables filled in this is not an address"
        yield Mistake(str(path), 0, 0, f"{place}.url", message, f"It must be like {form.example}.")


def _look(prepared: _Prepared) -> Iterator[Result]:
    now = datetime.now(UTC)
    targets = prepared.watched.targets
    yield from prepared.watched.not_looked_at(now)
    rounds = ceil(len(targets) / _AT_ONCE)
    longest = max((target.timeout for target in targets), default=0.0)
    deadline = time.monotonic() + rounds * longest + _TO_SPARE
    conditions = Conditions(
        observed_at=now, deadline=deadline, monotonic=time.monotonic, redactor=prepared.redactor, limit=_AT_ONCE
    )
    yield from look(targets, conditions)
