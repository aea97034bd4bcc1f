"""The zoo: servers with one defect each, with several, and with none."""

from collections.abc import Iterator

from bench.certs.exhibits import chains, dates, healthy, names, revocations, roots, several, usages, weaknesses
from bench.certs.exhibits.exhibit import Exhibit, Family

_ROOMS = (
    dates.dates,
    dates.chain_dates,
    names.names,
    names.constrained,
    roots.roots,
    roots.incomplete,
    chains.disorder,
    chains.crossed,
    chains.invalid,
    usages.usages,
    weaknesses.keys,
    weaknesses.signatures,
    weaknesses.protocols,
    revocations.revoked,
    several.several,
    healthy.healthy,
    healthy.healthy_names,
    healthy.healthy_old,
)


def exhibits(family: Family) -> Iterator[Exhibit]:
    """Yield all servers of the zoo, as they are at the family's time."""
    for room in _ROOMS:
        yield from room(family)
