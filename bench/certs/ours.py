"""What Caretaker's own look finds at every server of the zoo."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bench.certs.zoo import Served
from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Severity
from functions.cert_check.looking import Looks
from tests.samples import certificate_target

Codes = Mapping[str, Severity]


def look(zoo: Sequence[Served], at: datetime) -> dict[str, Codes]:
    """Return the codes that one full look finds, with the worst severity of each, by the names of the exhibits."""
    targets = [_target(served) for served in zoo]
    looks = Looks(Conditions(observed_at=at, deadline=time.monotonic() + 300))
    by_check = {target.check: served.exhibit.name for target, served in zip(targets, zoo, strict=True)}
    found: dict[str, Codes] = {}
    for result in looks.look(targets):
        codes: dict[str, Severity] = {}
        for finding in result.findings:
            known = codes.get(finding.code, finding.severity)
            codes[finding.code] = max(finding.severity, known, key=lambda severity: severity.rank)
        found[by_check[result.check]] = codes
    return found


def _target(served: Served) -> Any:
    exhibit = served.exhibit
    return certificate_target(
        "127.0.0.1", name=str(served.port), port=served.port, server_name=exhibit.host, ca=exhibit.ca
    )
