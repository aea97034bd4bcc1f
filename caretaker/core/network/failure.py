"""Why another machine could not be reached, or gave no proper answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """No complete answer: ``code`` is the finding's, ``limit`` and ``measured`` are texts with units."""

    code: str
    message: str
    fix: str
    measured: str = ""
    limit: str = ""


def unresolved(host: str, error: str) -> Failure:
    """Return the failure of a name that gave no address."""
    return Failure(
        "dns-failure",
        f"{host} does not resolve: {error}",
        "Check the name for a typing mistake, then its records and its name servers: dig " + host,
        measured=error,
        limit="an address",
    )
