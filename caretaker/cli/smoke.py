"""``caretaker smoke``: does what is deployed work, from its functions to people's channels."""

import json
import os
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from caretaker.authoring import compile_sections
from caretaker.cli.configuration import config_option, loaded
from caretaker.cli.deployed import Deployed, deployed, is_local, told_in_words
from caretaker.cli.invoke import run_now
from caretaker.cli.trial import Trial, all_arrived, arrived
from caretaker.core.printable import printable
from caretaker.core.results import Severity, timestamp

_SEVERITIES = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
_HARMLESS: Mapping[str, Mapping[str, object]] = {"backup": {"dry_run": True}}  # beside scheduled_at


@click.command()
@config_option
@click.option("--severity", type=click.Choice([str(one) for one in _SEVERITIES]), help="Whose route the alert takes.")
@click.option("--seconds", type=click.FloatRange(1, 600), default=60, show_default=True, help="How long to wait.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
@click.pass_context
def smoke(
    ctx: click.Context,
    config: Path,
    severity: str | None,
    seconds: float,
    endpoint_url: str | None,
    stack: str | None,
) -> None:
    """Run every function of the stack once, and see a test alert delivered.

    The alert goes by the least severe route that has a channel, through the table, its stream and notify, as every
    alert does; its end follows, so that nothing stays open. Exits with 1 if anything did not work.
    """
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    section = compile_sections(loaded(config, for_deployment=False))["notify"]
    route = severity or _least_severe(section["routes"])
    with told_in_words(is_local(endpoint)):
        known = deployed(stack, endpoint)
        ran = [_ran(known, name) for name in sorted(known.functions)]
        table = known.table
        alert = Trial(table, section["environment"], known.name, Severity(route), seconds)
        told = _told(alert) if "notify" in known.functions else False
    ctx.exit(0 if all(ran) and told else 1)


def _least_severe(routes: Mapping[str, Iterable[str]]) -> str:
    routed = [str(one) for one in _SEVERITIES if routes.get(one)]
    if not routed:
        raise click.UsageError("caretaker.yaml tells nobody of anything: give one of alerts.routes a channel")
    return routed[0]


def _ran(known: Deployed, function: str) -> bool:
    event = {"scheduled_at": timestamp(datetime.now(UTC)), **_HARMLESS.get(function, {})}
    began = time.monotonic()
    answer, failed = run_now(known, function, json.dumps(event).encode())
    if failed:
        click.echo(f"{function} failed: {printable(_reason(answer))}")
    else:
        click.echo(f"{function} ran in {time.monotonic() - began:.1f} s")
    return not failed


def _reason(answer: Any) -> str:
    return str(answer.get("errorMessage", "")) if isinstance(answer, dict) else str(answer)


def _told(alert: Trial) -> bool:
    deliveries = alert.send()
    for one in deliveries:
        outcome = "was told" if arrived(one) else f"was not told: {one.progress} after {one.attempts} attempts"
        click.echo(f"{one.channel} {outcome}")
    if not deliveries:
        click.echo("The test alert was not taken up: see the log of notify, and its stream mapping")
    return all_arrived(deliveries)
