"""The template as CloudFormation sees it: SAM's shorthand made plain, without AWS."""

import json
import sys
from pathlib import Path
from typing import Any

from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


def translated(template: Path, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the plain CloudFormation template that a SAM template stands for."""
    source = yaml_parse(template.read_text("utf-8"))
    for resource in source["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # Where the code will be is only known after a build; the translation wants an address.
            resource["Properties"]["CodeUri"] = "s3://artifacts/function.zip"
    plain: dict[str, Any] = transform(source, parameters or {}, _NoManagedPolicies())
    return plain


class _NoManagedPolicies(ManagedPolicyLoader):  # type: ignore[misc] # the translator comes without types
    """No role of ours uses a managed policy, so that AWS need not be asked for their names."""

    def __init__(self) -> None:
        super().__init__(None)
        self._policy_map = {}


def main() -> int:
    """Write the translation of the template named first to the file named second."""
    template, target = map(Path, sys.argv[1:])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(translated(template), indent=1, sort_keys=True), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
