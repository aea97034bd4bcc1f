"""The licences of what is shipped: listed, current, and none that binds whoever deploys it."""

import re

from caretaker.build.artifact import FUNCTIONS, ROOT
from caretaker.build.licences import page, shipped

COPYLEFT = re.compile(r"(?<!L)GPL|AGPL|SSPL|EUPL")


def test_the_page_of_licences_is_current() -> None:
    assert (ROOT / "docs/licences.md").read_text("utf-8") == page(shipped()), "run make licences"


def test_no_licence_asks_for_the_source_of_what_is_deployed() -> None:
    assert [one for one in shipped() if COPYLEFT.search(one.licence)] == []


def test_every_package_is_listed_with_what_it_is_shipped_in() -> None:
    found = {one.name: one.places for one in shipped()}

    assert set(found["botocore"]) == set(FUNCTIONS)
    assert "layer-postgres" in found["psycopg2-binary"]
