"""How well certificates' defects are named, beside what people use now, and how paths are judged.

    .venv/bin/python -m bench.certs

A zoo of TLS servers on loopback, each with the defects that are written beside it, is looked at by Caretaker's own full
look, by Python's ssl, by blackbox_exporter and by Nagios' check_http (Debian's packages prometheus-blackbox-exporter
and monitoring-plugins-basic, if they are installed). Then NIST's suite of certification paths is judged.
"""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table as Shown

from bench.certs import ours
from bench.certs.figures import Outcome, as_said, by_code, defects, false_alarms, outcomes
from bench.certs.peers import PEERS
from bench.certs.pkits import PathTest, path_tests
from bench.certs.zoo import zoo


def main() -> int:
    """Show the figures; return 1 if a defect of the zoo is not named as it should be, or something else is."""
    at = datetime.now(UTC).replace(microsecond=0)
    with zoo(at) as served:
        began = time.monotonic()
        found = ours.look(served, at)
        seconds = time.monotonic() - began
        heard = {name: said for name, ask in PEERS.items() if (said := ask(served)) is not None}
    exhibits = [one.exhibit for one in served]
    everybody = {"Caretaker": [as_said(found[exhibit.name]) for exhibit in exhibits], **heard}
    title = f"{len(exhibits)} servers, looked at in full in {seconds:.1f} s; of each defect: named / noticed / missed"
    shown = Shown("defect", "servers", "recall", "precision", *everybody, title=title)
    judged = {name: outcomes(exhibits, said) for name, said in everybody.items()}
    for code, figures in by_code(exhibits, found).items():
        columns = [_of(outcome.get(code, Counter())) for outcome in judged.values()]
        shown.add_row(code, str(figures.expected), f"{figures.recall:.0%}", f"{figures.precision:.0%}", *columns)
    together = [_of(sum(outcome.values(), Counter())) for outcome in judged.values()]
    shown.add_row("all", str(sum(len(defects(exhibit)) for exhibit in exhibits)), "", "", *together)
    healthy = sum(exhibit.is_healthy for exhibit in exhibits)
    alarms = [str(false_alarms(exhibits, said)) for said in everybody.values()]
    shown.add_row("alarms for healthy servers", str(healthy), "", "", *alarms)
    Console(width=130).print(shown)
    _show_paths(list(path_tests()))
    wrong = [exhibit for exhibit in exhibits if found[exhibit.name] != defects(exhibit)]
    for exhibit in wrong:
        print(f"{exhibit.name}: {dict(found[exhibit.name])} instead of {defects(exhibit)}")
    return 1 if wrong else 0


def _of(counted: "Counter[Outcome]") -> str:
    if not counted:
        return ""
    return f"{counted['named']} / {counted['noticed']} / {counted['missed']}"


def _show_paths(tests: Sequence[PathTest]) -> None:
    valid = sum(test.is_valid for test in tests)
    title = f"PKITS: {valid} valid and {len(tests) - valid} invalid paths"
    shown = Shown("judge", "agrees", "refuses valid ones", "accepts invalid ones", title=title)
    for judge in ("OpenSSL", "OpenSSL, strict", "cryptography", "both", "Caretaker"):
        wrong = [test for test in tests if not test.agrees(judge)]
        refused = sum(test.is_valid for test in wrong)
        shown.add_row(judge, str(len(tests) - len(wrong)), str(refused), str(len(wrong) - refused))
    Console(width=130).print(shown)
    for test in tests:
        for judge in ("OpenSSL", "cryptography", "Caretaker"):
            if not test.agrees(judge):
                print(f"{test.section}, {test.name}: {judge}: {test.refused.get(judge, 'accepts')}")


if __name__ == "__main__":
    sys.exit(main())
