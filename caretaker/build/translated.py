"""The template as CloudFormation sees it: SAM's shorthand made plain, without AWS."""

import json
import sys
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from caretaker.local.stack.template import read_template


def translated(template: Path) -> dict[str, Any]:
    """Return the plain CloudFormation template that a SAM template stands for."""
    plain = read_template(template)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": yaml_parse(template.read_text("utf-8"))["Parameters"],
        "Conditions": plain.conditions,
        "Resources": plain.resources,
        "Outputs": plain.outputs,
    }


def main() -> int:
    """Write the translation of the template named first to the file named second."""
    template, target = map(Path, sys.argv[1:])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(translated(template), indent=1, sort_keys=True), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
