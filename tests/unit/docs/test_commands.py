"""A command that a document shows works: it is run here or in the test that is named, or says what it needs."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from caretaker.cli.main import cli
from tests.servers import reply, serve
from tests.unit.docs.commands import Command, mentioned, misunderstood, shown_to_be_typed
from tests.unit.docs.pages import ROOT, called

MISTAKES = """
environment: production
uptime:
  targets:
    - name: api
      url: api.example.com/health
      timout: 3s
""".lstrip()

# What runs for long, or until it is ended, and the test that runs it.
ELSEWHERE = {
    "caretaker demo": "tests/e2e/test_demo.py",
    "caretaker local": "tests/integration/local/test_commands.py",
}
TYPED = list(shown_to_be_typed())


def name(command: Command) -> str:
    return f"{called(command.page)}: {command.line}"[:100]


@pytest.mark.parametrize("command", list(mentioned()), ids=name)
def test_every_command_target_option_and_module_exists(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("caretaker.yaml", "mistakes.yaml"):
        (tmp_path / file).write_text(MISTAKES, "utf-8")
    assert misunderstood(command) == ""


@pytest.mark.parametrize("command", [command for command in TYPED if not command.needs], ids=name)
def test_what_needs_nothing_runs_and_shows_what_the_document_shows(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, *arguments = command.words
    if (named := ELSEWHERE.get(" ".join([program, *arguments[:1]]))) is not None:
        assert (ROOT / named).is_file()
        return
    assert program == "caretaker", "mark it: # needs AWS"
    monkeypatch.chdir(tmp_path)
    with serve(reply(b"{}")) as server:
        good = f"environment: test\nuptime:\n  targets: [{{name: web, url: '{server.url()}'}}]\n"
        wrong = "mistake" in command.output
        (tmp_path / "caretaker.yaml").write_text(MISTAKES if wrong else good, "utf-8")
        (tmp_path / "mistakes.yaml").write_text(MISTAKES, "utf-8")
        ran = CliRunner().invoke(cli, arguments)
    assert ran.exit_code == (2 if wrong else 0), ran.output
    assert not command.output or ran.output == command.output


def test_the_documents_show_commands() -> None:
    assert len(TYPED) > 20
    assert any(command.output and not command.needs for command in TYPED)
