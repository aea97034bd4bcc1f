"""The ``caretaker`` command: which commands there are, and how it ends."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import click

from caretaker import __version__


@dataclass(frozen=True, slots=True)
class _Command:
    """Where a command is (``module:attribute``), and what it does in a few words."""

    place: str
    summary: str


# Commands are imported only when they run, so that help and completion are quick.
_COMMANDS = {
    "backup": _Command("caretaker.cli.backup:backup", "Back a database up now; prints the receipt."),
    "backups": _Command("caretaker.cli.backups:list_backups", "List the backups that there are."),
    "check": _Command("caretaker.cli.check:check", "Look once, from here; tell nobody, change nothing."),
    "cleanup": _Command("caretaker.cli.cleanup:cleanup", "Let old backups go, or say what would go and why."),
    "config": _Command("caretaker.cli.config:config", "Check caretaker.yaml, or print its JSON Schema."),
    "cost": _Command("caretaker.cli.cost:cost", "Compute what a month costs in AWS."),
    "demo": _Command("caretaker.cli.demo:demo", "Watch the whole thing work on this machine."),
    "deployment": _Command(
        "caretaker.cli.deployment:deployment", "What make deploy and make rollback need beside SAM."
    ),
    "destroy": _Command("caretaker.cli.destroy:destroy", "Delete a stack; its data stay."),
    "hold": _Command("caretaker.cli.holding:hold", "Keep a backup however old it gets."),
    "incidents": _Command("caretaker.cli.incidents:incidents", "List incidents, or show what happened in one."),
    "invoke": _Command("caretaker.cli.invoke:invoke", "Run one function now and print its answer."),
    "local": _Command("caretaker.cli.local:local", "Serve the whole stack on this machine."),
    "release": _Command("caretaker.cli.holding:release", "Let a held backup go the way of all others."),
    "restore": _Command("caretaker.cli.restore:restore_backup", "Bring a backup back, and compare it."),
    "secret": _Command("caretaker.cli.secret:secret", "Store what caretaker.yaml refers to, or see what is missing."),
    "smoke": _Command("caretaker.cli.smoke:smoke", "Run every function, and see a test alert delivered."),
    "status": _Command("caretaker.cli.status:status", "Show where every check stands, and its uptime."),
    "undelete": _Command("caretaker.cli.undelete:undelete", "Bring a backup back that was deleted."),
    "verify": _Command("caretaker.cli.verify:verify", "Drill a backup now; shows how far it came."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name].place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="caretaker %(version)s")
def cli() -> None:
    """Look after a web application: watch it, and tell people when something is wrong.

    Every command explains itself: caretaker COMMAND --help. It exits with 0 if all is well, 1 if
    something is wrong, and 2 if it was called or configured wrongly.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit: 130 after Ctrl-C, quietly when whoever reads the output has left."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered must not fail again when the interpreter closes its streams.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Unicode shows less, but shows it
    try:
        code = cli.main(arguments, prog_name="caretaker", standalone_mode=False)
    except click.ClickException as failure:
        failure.show()
        return failure.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()
