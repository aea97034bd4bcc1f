"""Looks from a person's machine: at targets, and at certificates."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from caretaker.authoring import ConfigurationError, Mistake
from caretaker.authoring.compiling.section import Section
from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.values.urls import FORMS, normal_url
from caretaker.cli.configuration import BadConfiguration
from caretaker.cli.secrets import LocalSecrets
from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Result
from caretaker.core.secrets import REFERENCE, Redactor, Reference, references, substitute
from caretaker.core.targets import target
from caretaker.core.targets.base import Target
from functions.cert_check.looking import Looks as CertificateLooks
from functions.uptime.looking import look
from functions.uptime.targets import Prepared, Watched, watched

_AT_ONCE = 200
_TO_SPARE = 5.0  # seconds beyond what all looks may take
_FULL_LOOK = 6  # handshakes with one endpoint, at most, that take their whole time


@dataclass(frozen=True, slots=True)
class Looks:
    """Looks to be taken: the names of the ``checks`` in the order of the file, and the results as they come."""

    checks: Sequence[str]
    results: Iterator[Result]


def look_at_certificates(section: Sequence[Section]) -> Looks:
    """Return the looks at TLS endpoints."""
    targets = [target(one) for one in section]
    return Looks([one.check for one in targets], _certificate_results(targets))


def _certificate_results(targets: Sequence[Target]) -> Iterator[Result]:
    yield from CertificateLooks(_conditions(targets, Redactor(), _FULL_LOOK)).look(targets)


def look_at_targets(path: Path, section: Section, environment: Mapping[str, str]) -> Looks:
    """Return the looks at the targets of uptime; end the command if the environment lacks what they need."""
    mistakes = [mistake for target in section["targets"] for mistake in _unusable(path, target, environment)]
    if mistakes:
        raise BadConfiguration(ConfigurationError(mistakes))
    read = LocalSecrets(environment)
    to_watch = watched(Prepared.of(section), read)
    checks = [f"uptime/{target['name']}" for target in section["targets"]]
    return Looks(checks, _target_results(to_watch))


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


def _target_results(to_watch: Watched) -> Iterator[Result]:
    conditions = _conditions(to_watch.targets, to_watch.redactor)
    yield from to_watch.not_looked_at(conditions.observed_at)
    yield from look(to_watch.targets, conditions)


def _conditions(targets: Sequence[Target], redactor: Redactor, each: int = 1) -> Conditions:
    rounds = ceil(len(targets) / _AT_ONCE)
    longest = max((target.timeout for target in targets), default=0.0)
    deadline = time.monotonic() + rounds * longest * each + _TO_SPARE
    return Conditions(observed_at=datetime.now(UTC), deadline=deadline, redactor=redactor, limit=_AT_ONCE)
