"""How much of everything a month of 30 days uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from caretaker.authoring import Configuration
from caretaker.core.telemetry import Metric
from caretaker.cost.measured import DRILL, Measured, Use
from caretaker.local.events.schedules import parse_expression
from caretaker.local.stack.template import PlainTemplate

DAYS = 30
MESSAGES = 100  # a month, with what is tried again
_A_MONTH = datetime(2026, 11, 1, tzinfo=UTC)
_GB = 1e9
_WHOLE_CPU = 1769  # megabytes: with less memory a function has that much less of a CPU
_SLOWER = 1.3  # than the machine that measured, to be on the safe side
_WAITING = {"uptime": 1.0, "cert_check": 1.0}  # seconds for answers from far away; all are waited for at once
_BY_LAMBDA = 900  # bytes: the lines that Lambda adds to each run
_PER_LOOK = 1_500  # bytes that a look sends: a request and a handshake
_BAD_HOURS = 0.05  # share of the hours in which metrics are written that only tell of what is wrong
_ALWAYS = (Metric.OLDEST_UNSENT, Metric.BACKUP_AGE)


@dataclass(frozen=True, slots=True)
class Workload:
    """What is looked after; ``database_bytes`` is the size of each database."""

    targets: int
    certificates: int
    databases: int
    database_bytes: float

    def size(self, function: str) -> float:
        """Return what the size of a function's run depends on."""
        sizes = {"uptime": self.targets, "cert_check": self.certificates, "backup": self.database_bytes}
        sizes[DRILL] = self.database_bytes
        return float(sizes.get(function, 1))


@dataclass(frozen=True, slots=True)
class Month:
    """The quantities by the names of their prices, and the functions of the template that nobody has measured."""

    quantities: Mapping[str, float]
    not_measured: tuple[str, ...]


def workload(configuration: Configuration, endpoints: int, gigabytes: float) -> Workload:
    """Return what a configuration asks for; ``endpoints`` are those whose certificates are looked at."""
    databases = configuration.backup.databases if configuration.backup else []
    return Workload(len(configuration.uptime.targets), endpoints, len(databases), gigabytes * _GB)


def month(work: Workload, template: PlainTemplate, measured: Measured) -> Month:
    """Return how much of everything a month uses."""
    total: dict[str, float] = {}

    def add(**quantities: float) -> None:
        for name, quantity in quantities.items():
            total[name.replace("_", "-")] = total.get(name.replace("_", "-"), 0.0) + quantity

    unknown = []
    for function, started in _started(template).items():
        runs = started + _others(function, started, work)
        add(scheduler=started, lambda_requests=runs)
        use = measured.use(function, work.size(function))
        if use is None:
            unknown.append(function)
            continue
        paid = runs - started if function == "backup" else runs  # the one that starts the others is short
        add(**_of_runs(function, use, paid, _memory(template, function)))
    drills = float(DAYS * work.databases)
    add(lambda_requests=drills)
    if (use := measured.use(DRILL, work.size(DRILL))) is None:
        unknown.append(DRILL)
    else:
        add(**_of_runs(DRILL, use, drills, _memory(template, "verify")))
    add(sns_publishes=MESSAGES, sns_emails=MESSAGES)
    add(metrics=len(_ALWAYS) + _BAD_HOURS * (len(Metric) - len(_ALWAYS)), alarms=_watched(template))
    add(transfer=(work.targets + work.certificates) * 12 * 24 * DAYS * _PER_LOOK / _GB)
    return Month(total, tuple(unknown))


def _of_runs(function: str, use: Use, runs: float, megabytes: float) -> dict[str, float]:
    cpu = max(1.0, _WHOLE_CPU / megabytes) * _SLOWER
    seconds = use.seconds * cpu + _WAITING.get(function, 0.0)
    logged = (use.logged + _BY_LAMBDA) * runs / _GB
    kept = use.kept * runs * 35 / DAYS / _GB
    return {
        "lambda_gb_seconds": seconds * megabytes / 1024 * runs,
        "dynamodb_reads": use.reads * runs,
        "dynamodb_writes": use.writes * runs,
        "dynamodb_storage": kept,
        "dynamodb_recovery": kept,
        "s3_puts": use.puts * runs,
        "s3_gets": use.gets * runs,
        "s3_storage": use.stored / _GB * runs * (DAYS + 3) / DAYS,  # and for three days after it has expired
        "kms_requests": use.decrypted * runs,
        "logs_ingestion": logged,
        "logs_storage": logged,
    }


def _started(template: PlainTemplate) -> dict[str, float]:
    """Return how often a month's schedules start each function."""
    counts = dict.fromkeys(template.names.values(), 0.0)
    for resource in template.resources.values():
        if resource["Type"] == "AWS::Scheduler::Schedule":
            properties = resource["Properties"]
            arn = properties["Target"]["Arn"]
            function = template.names[arn.get("Fn::If", [arn])[-1]["Fn::GetAtt"][0]]
            expression = properties["ScheduleExpression"]
            text = template.parameters[expression["Ref"]] if isinstance(expression, dict) else expression
            counts[function] += _starts(text)
    return counts


@cache
def _starts(expression: str) -> int:
    """Return how often a schedule starts something in a month."""
    due = parse_expression(expression)
    return sum(due(_A_MONTH + timedelta(minutes=number)) for number in range(DAYS * 24 * 60))


def _others(function: str, started: float, work: Workload) -> float:
    """Return how often a function is started by something else than its schedule."""
    if function == "backup":
        return started * work.databases
    return float(MESSAGES) if function == "notify" else 0.0


def _memory(template: PlainTemplate, function: str) -> float:
    logical = next(name for name, folder in template.names.items() if folder == function)
    size = template.resources[logical]["Properties"]["MemorySize"]
    return float(template.parameters[size["Ref"]] if isinstance(size, dict) else size)


def _watched(template: PlainTemplate) -> float:
    alarms = [one["Properties"] for one in template.resources.values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    return float(sum(max(1, sum("MetricStat" in query for query in alarm.get("Metrics", []))) for alarm in alarms))
