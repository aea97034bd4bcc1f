"""``caretaker cost``: what a month of what caretaker.yaml asks for costs in AWS."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from caretaker.authoring.compiling import compile_sections
from caretaker.cli.configuration import config_option, loaded
from caretaker.cost.bill import Bill, bill
from caretaker.cost.measured import load_measured
from caretaker.cost.month import DAYS, Month, month, workload
from caretaker.cost.prices import Prices, load_prices
from caretaker.local.stack.template import read_template

_TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@click.command()
@config_option
@click.option(
    "--gb", "gigabytes", type=click.FloatRange(min=0), default=1.0, show_default=True, help="The size of each database."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def cost(config: Path, gigabytes: float, as_json: bool) -> None:
    """Compute what a month of 30 days costs in AWS, itemised.

    From what one run of each function used on the local AWS, the schedules of template.yaml, and AWS's prices of a day
    and region that are named. It asks AWS nothing. What only some have, such as a key of one's own, is listed apart.
    """
    configuration = loaded(config, for_deployment=False)
    endpoints = len(compile_sections(configuration)["cert_check"]["targets"])
    prices = load_prices()
    used = month(workload(configuration, endpoints, gigabytes), read_template(_TEMPLATE), load_measured())
    made = bill(used, prices)
    if as_json:
        click.echo(json.dumps(_json(made, used, prices), indent=2))
    else:
        _print(made, used, prices)


def _json(made: Bill, used: Month, prices: Prices) -> dict[str, object]:
    return {
        "days": DAYS,
        "region": prices.region,
        "date": prices.date,
        "with_free": round(made.with_free, 4),
        "without_free": round(made.without, 4),
        "lines": [asdict(line) for line in made.lines],
        "apart": [asdict(extra) for extra in prices.apart.values()],
        "not_measured": list(used.not_measured),
    }


def _print(made: Bill, used: Month, prices: Prices) -> None:
    console = Console(highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, show_footer=True)
    table.add_column("A month of", footer="all of it")
    table.add_column("Quantity", justify="right", no_wrap=True)
    table.add_column("With AWS's allowances", justify="right", footer=f"{made.with_free:.2f}")
    table.add_column("Without", justify="right", footer=f"{made.without:.2f}")
    for line in made.lines:
        table.add_row(line.unit, _number(line.quantity), f"{line.with_free:.3f}", f"{line.without:.3f}")
    console.print(table)
    console.print(f"US dollars, {prices.region}, prices of {prices.date}. Apart, only if you have it:")
    for extra in prices.apart.values():
        console.print(f"  {extra.usd:6.2f}  {extra.what}", soft_wrap=True)
    if used.not_measured:
        console.print(f"Not in it, because not measured yet: {', '.join(used.not_measured)}")


def _number(quantity: float) -> str:
    return f"{quantity:,.0f}" if quantity >= 100 else f"{quantity:.3g}"
