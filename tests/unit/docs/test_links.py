"""Every link and every path in the documents leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.unit.docs.pages import PAGES, ROOT, anchors, called, prose

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:\.ci|\.github|bench|caretaker|docs|functions|layers|requirements|tests)/[\w./-]*")
_EXAMPLES = re.compile(r"ldap|teams")  # what CONTRIBUTING.md adds


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    broken = []
    for found in _LINK.finditer(prose(page.read_text("utf-8"))):
        target, _, anchor = (found[1] or found[2]).partition("#")
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path = (page.parent / target).resolve() if target else page
        if not path.exists():
            broken.append(target)
        elif anchor and anchor not in anchors(path.read_text("utf-8")):
            broken.append(f"{target}#{anchor}")
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_every_path_that_is_named_exists(page: Path) -> None:
    paths = {code for code in _CODE.findall(prose(page.read_text("utf-8"))) if _PATH.fullmatch(code)}
    assert {path for path in paths if not _EXAMPLES.search(path) and not (ROOT / path).exists()} == set()
