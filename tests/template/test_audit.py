"""What the audit leaves out: each check with its reason, and none that does not exist."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def test_every_check_that_is_left_out_has_its_reason_before_it() -> None:
    text = (ROOT / ".checkov.yaml").read_text("utf-8")
    skipped = yaml.safe_load(text)["skip-check"]

    explained = re.findall(r"^  # [A-Z].{40,}\.\n  - (\w+)$", text, re.MULTILINE)

    assert explained == skipped == sorted(skipped, key=lambda check: int(check.rpartition("_")[2]))


def test_both_templates_are_audited() -> None:
    assert yaml.safe_load((ROOT / ".checkov.yaml").read_text("utf-8"))["file"] == [
        "build/template.json",
        "bootstrap.yaml",
    ]
