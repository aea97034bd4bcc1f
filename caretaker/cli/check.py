"""``caretaker check``: look once at everything, from here."""

import json
import os
import time
from itertools import chain
from pathlib import Path

import click

from caretaker.authoring import compile_sections
from caretaker.cli.configuration import config_option, loaded
from caretaker.cli.endpoints import named_endpoints
from caretaker.cli.looks import Looks, look_at_certificates, look_at_targets
from caretaker.cli.progress import shown_late
from caretaker.cli.report import print_report
from caretaker.core.results import Status


@click.command()
@click.argument("endpoints", nargs=-1, metavar="[HOST[:PORT]]...")
@config_option
@click.option("--only", type=click.Choice(["uptime", "cert"]), help="Look at checks of this kind only.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON, for programs.")
@click.pass_context
def check(ctx: click.Context, endpoints: tuple[str, ...], config: Path, only: str | None, as_json: bool) -> None:
    """Look once at everything in caretaker.yaml, from this machine.

    With --only cert and one or more HOST[:PORT], look at the certificates there; that takes no file.

    Tells nobody, changes nothing and needs no AWS, unless the file names secrets that are kept there.
    Exits with 0 if every status is ok, with 1 if one is not, with 2 if the configuration is wrong.
    """
    if endpoints and only != "cert":
        raise click.UsageError(
            f"to look at the certificate of {endpoints[0]}: caretaker check --only cert {endpoints[0]}"
        )
    started = time.monotonic()
    rounds = [look_at_certificates(named_endpoints(endpoints))] if endpoints else _configured(config, only)
    order = {name: index for index, name in enumerate(name for one in rounds for name in one.checks)}
    found = shown_late(chain.from_iterable(one.results for one in rounds), len(order))
    results = sorted(found, key=lambda result: order[result.check])
    if as_json:
        shown = [result.to_json() for result in results]
        click.echo(json.dumps({"results": shown}, indent=2, ensure_ascii=False))
    else:
        print_report(results, time.monotonic() - started)
    ctx.exit(0 if all(result.status is Status.OK for result in results) else 1)


def _configured(path: Path, only: str | None) -> list[Looks]:
    sections = compile_sections(loaded(path, for_deployment=False))
    rounds = []
    if only != "cert" and sections["uptime"]["targets"]:
        rounds.append(look_at_targets(path, sections["uptime"], os.environ))
    if only != "uptime" and sections["cert_check"]["targets"]:
        rounds.append(look_at_certificates(sections["cert_check"]["targets"]))
    return rounds
