"""What a drill came to is shown with the server that it was held on, and what was different there."""

from dataclasses import replace

import pytest

from caretaker.archive.proof import Where
from caretaker.cli.verify import print_proof
from tests.backups import manifest
from tests.proofs import proof

PROOF = proof(manifest().id, "restored", "rows-differ")


@pytest.mark.parametrize(("on", "said"), [("target", True), ("throw-away", False)])
def test_a_drill_on_ones_own_server_is_called_so(on: Where, said: bool, capsys: pytest.CaptureFixture[str]) -> None:
    print_proof(replace(PROOF, on=on), [])

    assert ("held on your server for drills\n" in capsys.readouterr().out) is said


def test_each_thing_that_is_to_be_known_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_proof(replace(PROOF, compared=11, set_aside=("postgis\x1b[2J",)), ["C instead of de_AT"])

    assert capsys.readouterr().out.splitlines()[-4:] == [
        "11 of 12 tables are equal to what was backed up",
        "set aside: postgis\ufffd[2J",
        "in the drill: C instead of de_AT",
        "rows-differ: rows-differ of a test",
    ]
