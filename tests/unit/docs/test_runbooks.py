"""Whatever a message names has its section, and that says what somebody needs to know who was woken by it."""

import ast
from collections.abc import Iterator
from dataclasses import replace

import pytest

from caretaker.core.codes import CODES
from functions.notify.member import Member
from functions.notify.runbooks import Runbooks
from tests.unit.docs.pages import ROOT, RUNBOOKS, anchors, sections
from tests.unit.notify.test_rendering import FINDING, a_member

KINDS = ("uptime", "cert", "backup", "freshness", "verify", "cleanup", "checker")
SECTIONS = {kind: sections((RUNBOOKS / f"{kind}.md").read_text("utf-8")) for kind in KINDS}
LABELS = ("* **First:** ", "* **False alarm:** ", "* **Ends:** ")

# Where the findings of a kind are made. What is shared by functions is counted to those whose messages show it.
SOURCES = {
    "uptime": ("functions/uptime", "caretaker/core/network", "caretaker/core/incidents/unstable.py"),
    "cert": ("functions/cert_check", "caretaker/core/incidents/unstable.py"),
    "backup": ("functions/backup", "caretaker/archive/sense.py", "caretaker/archive/unfinished.py"),
    "freshness": ("caretaker/archive/freshness.py",),
    "verify": ("functions/verify",),
    "cleanup": ("functions/cleanup",),
}
# Words that are codes elsewhere: causes that a finding of another code measures, and keys.
ELSEWHERE = {
    "uptime": {"expired"},
    "cert": {"timeout", "tls-failure", "expiring", "unreadable"},
    "verify": {"out-of-time"},
    "cleanup": {"expired", "unreadable"},
}


def made(kind: str) -> Iterator[str]:
    """Yield the codes that stand in the source of a kind of check."""
    for place in (ROOT / source for source in SOURCES[kind]):
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place] * place.exists():
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and node.value in CODES and node.value not in ELSEWHERE.get(kind, ()):
                    yield str(node.value)


def test_every_code_is_made_somewhere() -> None:
    sources = [file for part in ("caretaker", "functions") for file in (ROOT / part).rglob("*.py")]
    words = {
        node.value
        for file in sources
        if file.name != "codes.py"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert set(CODES) - words == set()


@pytest.mark.parametrize("kind", SOURCES)
def test_every_code_that_a_check_can_report_has_its_section(kind: str) -> None:
    assert set(made(kind)) - SECTIONS[kind].keys() == set()


def test_every_code_has_a_section_somewhere() -> None:
    assert set(CODES) - {code for found in SECTIONS.values() for code in found} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_section_is_about_a_code(kind: str) -> None:
    assert SECTIONS[kind].keys() - CODES.keys() == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_section_says_what_it_means_what_to_do_first_when_it_is_false_and_how_it_ends(kind: str) -> None:
    for code, text in SECTIONS[kind].items():
        meaning = text.partition("\n* ")[0]
        said = {label: [line for line in text.splitlines() if line.startswith(label)] for label in LABELS}
        assert len(meaning.split()) >= 4, code
        assert all(len(lines) == 1 and len(lines[0]) > len(label) + 4 for label, lines in said.items()), code


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_message_names_is_there(kind: str) -> None:
    for code in SECTIONS[kind]:
        path, _, section = shown(a_member(check=f"{kind}/x", findings=(replace(FINDING, code=code),))).partition("#")
        assert section in anchors((ROOT / path).read_text("utf-8"))


def test_a_check_without_a_finding_leads_to_its_page() -> None:
    assert [(ROOT / shown(a_member(check=f"{kind}/x", findings=()))).is_file() for kind in KINDS] == [True] * len(KINDS)


def test_the_list_of_runbooks_has_every_page() -> None:
    listed = (RUNBOOKS / "README.md").read_text("utf-8")
    assert [page.name for page in sorted(RUNBOOKS.glob("*.md")) if f"({page.name})" not in listed] == ["README.md"]


def shown(member: Member) -> str:
    return Runbooks().beside(member).runbook
