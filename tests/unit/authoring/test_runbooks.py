"""What may stand as the address of a runbook, and where it goes."""

from pathlib import Path

import pytest

from caretaker.core.config import alerts_config
from functions.notify.runbooks import Runbooks
from tests.unit.authoring.finding import Mistakes
from tests.unit.authoring.test_compiling import compiled

EXAMPLE = """
environment: production
uptime:
  targets:
    - {name: api, url: https://api.example.com, runbook: https://wiki.example.com/api}
    - {name: web, url: https://www.example.com}
certificates:
  targets:
    - {name: mail, host: mail.example.com, runbook: https://wiki.example.com/mail}
backup:
  databases:
    - {name: main, url: "${secret:caretaker/production/backup/main-url}", runbook: https://wiki.example.com/main}
"""
PUBLISHED = "alerts: {runbooks: https://git.example.com/acme/docs/runbooks/}\n"


def test_each_check_of_a_target_leads_to_its_own_page(tmp_path: Path) -> None:
    own = alerts_config(compiled(tmp_path, EXAMPLE)["notify"]).own_runbooks
    assert own == {
        "uptime/api": "https://wiki.example.com/api",
        "cert/mail": "https://wiki.example.com/mail",
        "backup/main": "https://wiki.example.com/main",
        "freshness/main": "https://wiki.example.com/main",
        "verify/main": "https://wiki.example.com/main",
    }


def test_the_address_of_the_pages_loses_the_slash_at_its_end(tmp_path: Path) -> None:
    config = alerts_config(compiled(tmp_path, EXAMPLE + PUBLISHED)["notify"])
    assert config.runbooks == "https://git.example.com/acme/docs/runbooks"


def test_without_an_address_it_is_the_folder_of_the_repository(tmp_path: Path) -> None:
    assert alerts_config(compiled(tmp_path, EXAMPLE)["notify"]).runbooks == Runbooks().home == "docs/runbooks"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("wiki.example.com/api", "has no scheme"),
        ("https://me:secret@wiki.example.com/", "holds no user or password"),
        ("'${ssm:caretaker/production/uptime/page}'", "is not possible here"),
        (f"https://wiki.example.com/{'a' * 400}", "longer than 400 characters"),
    ],
)
def test_what_cannot_stand_in_a_message_is_refused(mistakes: Mistakes, written: str, said: str) -> None:
    (of_a_target,) = mistakes(EXAMPLE.replace("https://wiki.example.com/api", written))
    (of_all,) = mistakes(f"{EXAMPLE}alerts:\n  runbooks: {written}\n")
    assert said in str(of_a_target)
    assert said in str(of_all)
    assert "secret" not in str(of_a_target)


@pytest.mark.parametrize("end", ["?plain=1", "#top"])
def test_what_no_page_can_follow_is_no_address_of_pages(mistakes: Mistakes, end: str) -> None:
    (mistake,) = mistakes(f"{EXAMPLE}alerts:\n  runbooks: 'https://git.example.com/docs{end}'\n")
    assert "are put behind this address" in str(mistake)
