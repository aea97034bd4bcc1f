"""The command explains itself."""

from caretaker import __version__
from tests.unit.cli.processes import Run


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
