"""Where people want a backup restored to: an address without a password in it, and where the password comes from."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from caretaker.archive.restoring.reaching import PasswordMissing, Reached, Unreachable, named_database, reach
from caretaker.cli.secrets import LocalSecrets
from caretaker.core.network.addresses import password
from caretaker.core.network.postgres_url import postgres_place
from caretaker.core.secrets import SecretUnavailable, references, substitute, without_references


def reached(address: str, database: str, now: datetime, environment: Mapping[str, str], *, asks: bool) -> Reached:
    """Return how the server is reached; end the command if it is not.

    Without a database in the address it is a new one, ``NAME_restored_<time>``. The password is that of the address, of
    ``PGPASSWORD`` or of a passfile; if there is none, people are asked for it where ``asks``.
    """
    url = resolved(address, environment)
    try:
        name = named_database(url) or f"{database}_restored_{now:%Y%m%d_%H%M%S}"
        known = _known(url, environment)
        try:
            return reach(url, "", name, known)
        except PasswordMissing:
            if not asks:
                raise
            known = {"password": click.prompt("Password", hide_input=True, err=True)}
            return reach(url, "", name, known)
    except Unreachable as failure:
        raise click.ClickException(str(failure)) from None


def resolved(address: str, environment: Mapping[str, str]) -> str:
    """Return the address with its references replaced; end the command if it holds a password of its own."""
    bare = without_references(address)
    if any(password(bare)) or "password=" in bare:
        raise click.UsageError(
            "a password in an address is seen by everybody on this machine: write ${env:NAME} or ${secret:NAME} in its "
            "place, or leave it out and set PGPASSWORD"
        )
    try:
        return str(substitute(address, LocalSecrets(environment)(references(address))))
    except SecretUnavailable as unavailable:
        raise click.UsageError(str(unavailable)) from None


def _known(url: str, environment: Mapping[str, str]) -> dict[str, str]:
    if "password" in postgres_place(url).parameters:
        return {}
    if given := environment.get("PGPASSWORD"):
        return {"password": given}
    passfile = Path(environment.get("PGPASSFILE") or Path.home() / ".pgpass")
    return {"passfile": str(passfile)} if os.access(passfile, os.R_OK) else {}
