"""`caretaker config` says what is right, what is wrong, and what may be written."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.forks import ROOT
from tests.unit.cli.processes import Run

Configuration = Callable[..., Path]


def test_a_right_file_is_summed_up(run: Run, configuration: Configuration) -> None:
    configuration("{name: a, url: http://a.example}", "{name: b, url: http://b.example}")
    done = run("config", "validate")
    assert done.returncode == 0
    assert done.stdout == "caretaker.yaml is right: environment staging, 2 targets, 1 channel.\n"


def test_the_projects_own_file_can_be_deployed(run: Run) -> None:
    assert run("config", "validate", "--config", str(ROOT / "caretaker.yaml")).returncode == 0


def test_every_mistake_has_its_line_on_stderr(run: Run, configuration: Configuration) -> None:
    configuration("{name: a, url: a.example}", "{name: a, url: http://b.example}")
    done = run("config", "validate")
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.partition(" ")[0] for line in done.stderr.splitlines()] == [
        "caretaker.yaml:4:22:",
        "caretaker.yaml:5:14:",
        "2",
    ]


def test_a_file_of_mistakes_does_not_flood_the_terminal(run: Run, configuration: Configuration) -> None:
    configuration(*["{name: a, url: b}"] * 120)
    lines = run("config", "validate").stderr.splitlines()
    assert len(lines) == 51
    assert "are not shown" in lines[-1]


def test_local_allows_what_no_deployment_may_hold(run: Run, configuration: Configuration) -> None:
    configuration("{name: a, url: '${env:URL}'}", "{name: b, url: 'http://me:secret@b.example'}")
    assert run("config", "validate").returncode == 2
    assert run("config", "validate", "--local").returncode == 0


def test_mistakes_are_there_for_programs_too(run: Run, configuration: Configuration) -> None:
    configuration("{name: a, url: http://a.example, timout: 5s}")
    done = run("config", "validate", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout) == {
        "valid": False,
        "mistakes": [
            {
                "file": "caretaker.yaml",
                "line": 4,
                "column": 40,
                "path": "uptime.targets[a].timout",
                "message": "there is no key 'timout' here",
                "suggestion": "Did you mean timeout?",
            }
        ],
    }


def test_the_schema_is_printed_as_it_is_published(run: Run) -> None:
    done = run("config", "schema")
    assert done.returncode == 0
    assert done.stdout == (ROOT / "docs" / "caretaker.schema.json").read_text(encoding="utf-8")
