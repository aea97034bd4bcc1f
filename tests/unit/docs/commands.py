"""The commands in the documents, and whether a command line is one that would be understood."""

import importlib.util
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from caretaker.cli.main import cli
from tests.unit.docs.pages import PAGES, ROOT, blocks, prose

_OURS = ("caretaker ", ".venv/bin/caretaker ", "make ", ".venv/bin/python -m ")
_MARK = re.compile(r"\bneeds (?:AWS|the network|that server)\b")
_PLACEHOLDER = re.compile(r"…")


@dataclass(frozen=True)
class Command:
    """A line that a reader may type. ``needs`` says that a test cannot run it; ``output`` is shown below it."""

    page: Path
    line: str
    needs: bool
    output: str = ""

    @property
    def words(self) -> list[str]:
        """The line as a shell takes it, without what it does with the output."""
        words = shlex.split(self.line, comments=True)
        return words[: next((n for n, word in enumerate(words) if word in (">", "|", "&&")), len(words))]


def shown_to_be_typed() -> Iterator[Command]:
    """Yield the commands of all blocks for a shell: each has to be run by a test, or to say what it needs."""
    for page in PAGES:
        for language, text in blocks(page.read_text("utf-8")):
            if language in ("console", "sh", "shell", "bash"):
                yield from _typed(page, language, text.replace("\\\n", " "))


def _typed(page: Path, language: str, text: str) -> Iterator[Command]:
    """A comment on a line of its own says of the rest of the block what it needs."""
    of_all = False
    found: list[Command] = []
    for line in text.splitlines():
        typed = line.removeprefix("$ ") if language == "console" else line
        if typed.startswith("#"):
            of_all = of_all or bool(_MARK.search(typed))
        elif language == "console" and not line.startswith("$ "):
            last = found.pop()
            found.append(Command(page, last.line, last.needs, f"{last.output}{line}\n"))
        elif typed.strip():
            found.append(Command(page, typed, of_all or bool(_MARK.search(typed.partition(" #")[2]))))
    yield from found


def mentioned() -> Iterator[Command]:
    """Yield our own commands wherever they stand: in text, in indented blocks, in blocks for a shell."""
    for page in PAGES:
        text = prose(page.read_text("utf-8"))
        indented = [line.strip().removeprefix("$ ") for line in text.splitlines() if line.startswith("    ")]
        for line in [*re.findall(r"`([^`\n]+)`", text), *indented]:
            if line.startswith(_OURS) and not _PLACEHOLDER.search(line):
                yield Command(page, line, needs=False)
    yield from (command for command in shown_to_be_typed() if command.line.startswith(_OURS))


def misunderstood(command: Command) -> str:
    """Return why a command of ours would be refused, empty if it would not."""
    program, *arguments = command.words
    match Path(program).name:
        case "caretaker":
            return _refused(arguments)
        case "make":
            wanted = {word for word in arguments if "=" not in word}
            return ", ".join(f"no target {target}" for target in sorted(wanted - _targets()))
        case _:
            module = arguments[1]
            return "" if importlib.util.find_spec(module) else f"no module {module}"


def _targets() -> set[str]:
    return set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def _refused(arguments: list[str]) -> str:
    command: click.Command = cli
    context: click.Context | None = None
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name, *arguments = arguments
        context = click.Context(command, context, info_name=name)
        found = command.get_command(context, name)
        if found is None:
            return f"no command {name}"
        command = found
    try:
        if arguments and not isinstance(command, click.Group):  # without any, it is the command that is spoken of
            command.make_context("caretaker", arguments, context)
    except click.exceptions.Exit:
        return ""
    except click.ClickException as refused:
        return refused.format_message()
    return ""
