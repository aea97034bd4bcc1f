"""The command explains itself."""

import re
from pathlib import Path

import click

from caretaker import __version__
from caretaker.cli.main import cli
from tests.forks import ROOT
from tests.unit.cli.processes import Run

PARTS = re.compile(r"caretaker (config|deployment|secret) ([a-z-]+)")


def test_help_names_every_command(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    for name in ("check", "config", "demo", "invoke", "local"):
        assert f"  {name} " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_called_without_a_command_it_shows_the_help(run: Run) -> None:
    done = run()
    assert done.returncode == 2
    assert "Commands:" in done.stdout + done.stderr


def test_a_misspelt_command_is_refused(run: Run) -> None:
    done = run("chekc")
    assert (done.returncode, done.stdout) == (2, "")
    assert "chekc" in done.stderr


def test_the_version_is_said(run: Run) -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout == f"caretaker {__version__}\n"


def test_every_command_of_a_group_that_is_spoken_of_is_there() -> None:
    """Whoever is told to call one in a message, or on a page, can."""
    pages = [*ROOT.glob("*.md"), *(one for place in ("caretaker", "functions", "docs") for one in _texts(place))]
    spoken_of = {found for page in pages for found in PARTS.findall(page.read_text("utf-8"))}

    with click.Context(cli) as context:
        there = {
            (group, part)
            for group in ("config", "deployment", "secret")
            if isinstance(command := cli.get_command(context, group), click.Group)
            for part in command.commands
        }

    assert len(spoken_of) >= 4
    assert spoken_of <= there


def _texts(place: str) -> list[Path]:
    return [one for one in (ROOT / place).rglob("*") if one.suffix in (".py", ".md")]
