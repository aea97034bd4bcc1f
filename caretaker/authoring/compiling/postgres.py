"""PostgreSQL targets, compiled."""

from caretaker.authoring.compiling.conditions import conditions
from caretaker.authoring.compiling.section import Section, levels
from caretaker.authoring.model.targets.postgres import PostgresTarget
from caretaker.authoring.model.uptime import Defaults
from caretaker.core.results import Severity


def postgres(target: PostgresTarget, severity: Severity, defaults: Defaults) -> Section:
    """Return what a PostgreSQL target has beside what every target has."""
    return {
        "kind": "postgres",
        "url": target.postgres,
        "query": target.query,
        "ca": target.ca or "",
        "ip": target.ip.value,
        "value": [part for rule in target.expect.value for part in conditions(rule, severity)],
        "slow": levels(target.expect.slowness(defaults.slow)),
    }
