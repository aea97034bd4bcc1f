"""The Result of a look, with nothing in it that is secret, that is endless or that cannot be shown."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from caretaker.core.looking.conditions import Conditions
from caretaker.core.network.failure import Failure
from caretaker.core.printable import printable
from caretaker.core.results import Finding, Measurement, Result, judge
from caretaker.core.targets.base import Target

_LONGEST = 1000  # characters of one text: it is stored, and sent to people


def judged(
    target: Target,
    findings: Iterable[Finding],
    conditions: Conditions,
    *,
    healthy: str,
    where: str,
    measurements: Mapping[str, Measurement],
) -> Result:
    """Return the Result that findings add up to; secrets are replaced in all its texts, which have an end."""

    def text(value: str) -> str:
        shown = printable(conditions.redactor.text(value))
        return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"

    clean = [
        replace(
            finding,
            message=text(finding.message),
            fix=text(finding.fix),
            measured=text(finding.measured),
            limit=text(finding.limit),
        )
        for finding in findings
    ]
    return judge(
        target.check,
        clean,
        observed_at=conditions.observed_at,
        healthy=text(healthy),
        measurements={name: text(value) if isinstance(value, str) else value for name, value in measurements.items()},
        where=text(where),
        group=target.group,
    )


def finding_of(failure: Failure, target: Target) -> Finding:
    """Return the Finding of a failure, as bad as the target is important."""
    return Finding(failure.code, target.severity, failure.message, failure.fix, failure.measured, failure.limit)
