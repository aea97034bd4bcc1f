"""The section backup: what is wrong with it is said, and what is right is compiled."""

from pathlib import Path

import pytest

from caretaker.authoring import compile_sections, load
from caretaker.core.config import DrillServer, Retention, backup_config, cleanup_config, promises_config
from tests.unit.authoring.finding import Mistakes

DAY = 86_400.0
HEAD = "environment: production\nbackup:\n  databases:\n    - "
DRILL = "caretaker/production/drill/main"
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
        (f"{MAIN[:-1]}, drill: {{}}}}", "url is missing"),
        (f"{MAIN[:-1]}, drill: {{url: 'postgresql://drill@db.example.com/'}}}}", "a whole reference is needed"),
        (f"{MAIN[:-1]}, drill: {{url: 'postgresql://drill:${{ssm:{DRILL}}}@x/'}}}}", "a whole reference is needed"),
        (f"{MAIN[:-1]}, drill: {{url: '${{env:DRILL_URL}}'}}}}", "works on your own machine only"),
        (f"{MAIN[:-1]}, drill: {{url: '${{ssm:caretaker/production/backup/x}}'}}}}", "caretaker/production/drill/"),
        (f"{MAIN[:-1]}, drill: {{url: '${{ssm:{DRILL}}}', ca: gone.pem}}}}", "cannot be read"),
        (f"{MAIN[:-1]}, drill: {{url: '${{ssm:{DRILL}}}', database: x}}}}", "there is no key 'database'"),
        (f"{MAIN}\n    - {MAIN}", "there is a database 'main' already"),
        (f"{MAIN}\n  retention: {{daily: 30}}", "needs a unit"),
        (f"{MAIN}\n  retention: {{daily: 12h}}", "too short"),
        (f"{MAIN}\n  retention: {{emergency: 5000d}}", "too long"),
        (f"{MAIN}\n  retention: {{keep_last: 0}}", "0 is too small"),
        (f"{MAIN}\n  retention: {{keep_last: some}}", "a whole number is needed"),
        (f"{MAIN}\n  retention: {{weekly: -1}}", "-1 is too small"),
        (f"{MAIN}\n  retention: {{monthly: 2000}}", "2000 is too large"),
        (f"{MAIN}\n  retention: {{yearly: true}}", "a whole number is needed"),
        (f"{MAIN}\n  retention: {{dayly: 30d}}", "Did you mean daily"),
        (f"{MAIN}\n  retention: 30d", "keys and values are needed"),
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


def test_who_drills_backups_is_told_of_the_server_for_that_and_who_makes_them_is_not(tmp_path: Path) -> None:
    path = tmp_path / "caretaker.yaml"
    path.write_text(f"{HEAD}{MAIN[:-1]}, drill: {{url: '${{ssm:{DRILL}}}'}}}}\n", "utf-8")

    sections = compile_sections(load(path, for_deployment=True))

    (promise,) = promises_config(sections["verify"]).databases
    assert promise.drill == DrillServer(f"${{ssm:{DRILL}}}", "")
    assert DRILL not in str(backup_config(sections["backup"]).databases)


def compiled_retention(tmp_path: Path, written: str) -> object:
    path = tmp_path / "caretaker.yaml"
    path.write_text(f"{HEAD}{MAIN}\n{written}", "utf-8")
    section = compile_sections(load(path, for_deployment=True))["cleanup"]
    assert section["databases"] == ["main"]
    return cleanup_config(section).retention


def test_retention_has_a_default_for_everything(tmp_path: Path) -> None:
    assert compiled_retention(tmp_path, "") == Retention(30 * DAY, 90 * DAY, 3, 0, 0, 0)
    written = "  retention: {daily: 14d, emergency: 1d, keep_last: 5, weekly: 4, monthly: 12, yearly: 2}\n"
    assert compiled_retention(tmp_path, written) == Retention(14 * DAY, DAY, 5, 4, 12, 2)


def test_without_a_section_backup_nothing_of_earlier_may_be_deleted(tmp_path: Path) -> None:
    path = tmp_path / "caretaker.yaml"
    path.write_text("environment: production\nuptime:\n  targets: [{name: a, url: 'https://a.example'}]\n", "utf-8")

    assert cleanup_config(compile_sections(load(path, for_deployment=True))["cleanup"]).retention is None
