"""How often alarms are false, late, lost or doubled.

    .venv/bin/python -m bench.alarms [--seed 1] [--days 7] [--targets 12] [--json FILE]

The code of both functions runs against servers on loopback that fail by packets, over simulated days: blips, outages,
slow hours, flapping, a lost network of the checker, a receiver that is down, doubled and late events, kills and
throttling between any two calls. Two rules of the field stand beside it, on the same first looks. Exits with 1 if a
goal is missed.
"""

import argparse
import json
import logging
import os
import sys
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "bench")
os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")

from rich.console import Console
from rich.progress import track
from rich.table import Table as Shown

from bench.alarms.judge import Baseline, Figures, baseline, judge, percentile
from bench.alarms.play import play, table
from bench.alarms.trace import START, Trace, make
from caretaker.core.store import incident_index


def measure(trace: Trace, *, shows: bool = True) -> Figures:
    """Play a trace and judge it."""
    with table() as stored:
        console = Console(stderr=True)
        world, player = play(trace, stored, track(trace.runs, "playing", console=console, disable=not shows))
        changes = list(incident_index.changes(stored, START, trace.end + timedelta(days=1)))
    return judge(trace, world.delivered, changes, len(player.killed_at))


def main() -> None:
    """Play, judge, and show the figures beside their goals."""
    options = argparse.ArgumentParser(prog="bench.alarms")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--days", type=float, default=7)
    options.add_argument("--targets", type=int, default=12)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    trace = make(chosen.seed, chosen.days, chosen.targets)
    figures = measure(trace)
    rules = [baseline(trace, "first failure", 1), baseline(trace, "3 in a row", 3)]
    goals = _goals(figures)
    if chosen.json:
        shown = {"seed": chosen.seed, "days": chosen.days, "targets": chosen.targets, **figures.to_json()}
        chosen.json.write_text(json.dumps(shown, indent=2) + "\n", "utf-8")
    _show(figures, rules, goals)
    sys.exit(0 if all(goals.values()) else 1)


def _goals(figures: Figures) -> dict[str, bool]:
    return {
        "false alarms for blips": figures.false_for_blips == 0,
        "false alarms for faults of the checker": figures.false_for_the_checker == 0,
        "false alarms otherwise": figures.false_otherwise == 0,
        "missed outages": figures.missed == 0,
        "delay p95, 1 of 1 (s)": (percentile(figures.delays_at_once, 0.95) or 0) <= 375,
        "delay p95, 2 of 3 (s)": (percentile(figures.delays_two_of_three, 0.95) or 0) <= 675,
        "lost notifications": figures.lost == 0,
        "doubled notifications": figures.doubled <= figures.killed,
    }


def _show(figures: Figures, rules: list[Baseline], goals: dict[str, bool]) -> None:
    values = {
        "false alarms for blips": figures.false_for_blips,
        "false alarms for faults of the checker": figures.false_for_the_checker,
        "false alarms otherwise": figures.false_otherwise,
        "missed outages": figures.missed,
        "delay p95, 1 of 1 (s)": percentile(figures.delays_at_once, 0.95),
        "delay p95, 2 of 3 (s)": percentile(figures.delays_two_of_three, 0.95),
        "lost notifications": figures.lost,
        "doubled notifications": figures.doubled,
    }
    limits = ("0", "0", "0", "0", "375", "675", "0", f"{figures.killed} kills")
    shown = Shown("figure", "Caretaker", "goal", "", *[rule.name for rule in rules])
    others = {
        "false alarms for blips": [str(rule.false) for rule in rules],
        "missed outages": [str(rule.missed) for rule in rules],
        "delay p95, 1 of 1 (s)": [str(rule.p95) for rule in rules],
    }
    for (name, value), limit in zip(values.items(), limits, strict=True):
        mark = "[green]ok[/]" if goals[name] else "[red]MISSED[/]"
        shown.add_row(name, "–" if value is None else str(value), limit, mark, *others.get(name, ["", ""]))
    console = Console()
    console.print(shown)
    console.print(
        f"{figures.target_years} target-years, {figures.outages} outages longer than two intervals, "
        f"{figures.incidents} incidents, {figures.messages} messages, {figures.killed} kills and faults of AWS"
    )


if __name__ == "__main__":
    main()
