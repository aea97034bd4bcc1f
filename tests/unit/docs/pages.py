"""The pages of the documentation, and what they are made of."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
RUNBOOKS = DOCS / "runbooks"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


def called(page: Path) -> str:
    """Return a page's name as messages of tests show it."""
    return str(page.relative_to(ROOT))


def blocks(text: str) -> list[tuple[str, str]]:
    """Return the language and the text of each fenced block."""
    return [(found[1], found[2]) for found in _FENCED.finditer(text)]


def prose(text: str) -> str:
    """Return a page without its fenced blocks."""
    return _FENCED.sub("", text)


def sections(text: str) -> dict[str, str]:
    """Return what stands under each heading of the second level, by the heading."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def anchors(text: str) -> set[str]:
    """Return the names by which headings are linked to, as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", found[2].lower()).replace(" ", "-") for found in _HEADING.finditer(prose(text))}
