"""The section backup: what is wrong with it is said, and what is right is compiled."""

from pathlib import Path

import pytest

from caretaker.authoring import compile_sections, load
from tests.unit.authoring.finding import Mistakes

HEAD = "environment: production\nbackup:\n  databases:\n    - "
MAIN = "{name: main, url: postgresql://backup@db.example.com/app}"


@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("{url: postgresql://b@db.example.com/app}", "name is missing"),
        ("{name: main}", "url is missing"),
        ("{name: .., url: postgresql://b@db.example.com/app}", "cannot be part of a key"),
        ("{name: a b, url: postgresql://b@db.example.com/app}", "is not a name"),
        ("{name: main, url: mysql://b@db.example.com/app}", "postgresql"),
        ("{name: main, url: https://db.example.com/app}", "postgresql"),
        ("{name: main, url: 'postgresql://b:pw@db.example.com/app'}", "a password must not stand"),
        ("{name: main, url: '${ssm:caretaker/production/uptime/x}'}", "caretaker/production/backup/"),
        ("{name: main, url: '${env:URL}'}", "env"),
        ("{name: main, url: postgresql://b@db.example.com/app, rpo: 26}", "needs a unit"),
        ("{name: main, url: postgresql://b@db.example.com/app, rpo: 1m}", "too short"),
        ("{name: main, url: postgresql://b@db.example.com/app, rto: 500d}", "too long"),
        ("{name: main, url: postgresql://b@db.example.com/app, fingerprint: ful}", "Did you mean full"),
        ("{name: main, url: postgresql://b@db.example.com/app, exclude_table_data: raw}", "a list is needed"),
        ("{name: main, url: postgresql://b@db.example.com/app, exclude_table_data: [raw]}", "with its schema"),
        ("{name: main, url: postgresql://b@db.example.com/app, exclude_table_data: ['a.*']}", "with its schema"),
        ("{name: main, url: postgresql://b@db.example.com/app, ca: gone.pem}", "cannot be read"),
        ("{name: main, url: postgresql://b@db.example.com/app, rpos: 26h}", "Did you mean rpo"),
        ("{name: main, url: postgresql://b@db.example.com/app, drill: {url: x}}", "is not available in this version"),
        (f"{MAIN}\n    - {MAIN}", "there is a database 'main' already"),
        (f"{MAIN}\n  retention: {{daily: 30d}}", "is not available in this version"),
    ],
)
def test_what_is_wrong_is_said(mistakes: Mistakes, database: str, said: str) -> None:
    (mistake,) = mistakes(HEAD + database + "\n")
    assert said in str(mistake)


def test_a_file_with_databases_alone_is_enough_and_one_with_nothing_is_not(mistakes: Mistakes) -> None:
    assert mistakes(f"{HEAD}{MAIN}\n") == ()
    (mistake,) = mistakes("environment: production\n")
    assert mistake.message == "there is nothing to look after"


def test_who_judges_backups_is_not_told_where_the_database_is(tmp_path: Path) -> None:
    path = tmp_path / "caretaker.yaml"
    path.write_text(HEAD + "{name: main, url: postgresql://b@db.example.com/app, exclude_table_data: [a.b]}\n", "utf-8")

    sections = compile_sections(load(path, for_deployment=True))

    assert sections["verify"]["databases"] == [{"name": "main", "rpo": 26 * 3600.0, "rto": 4 * 3600.0}]
    (database,) = sections["backup"]["databases"]
    assert (database["exclude_table_data"], database["fingerprint"]) == (["a.b"], "auto")
