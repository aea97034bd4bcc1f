"""The ``caretaker`` command as a person runs it."""

import os
import subprocess

from caretaker.local.aws import LocalAws
from tests.forks import ROOT, forked


def command(aws: LocalAws, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``caretaker`` against a local AWS to its end, in 80 columns."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return forked(arguments, variables | aws.environment | {"COLUMNS": "80"}, ROOT)
