"""What GitHub's workflows may do with a deployed stack."""

from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from tests.template.stack import as_list, statements

_BOOTSTRAP = Path(__file__).parents[2] / "bootstrap.yaml"


def allowed_to_run() -> set[str]:
    """Return the actions that the role for smoke tests, emergency backups and drills is allowed."""
    policy = yaml_parse(_BOOTSTRAP.read_text("utf-8"))["Resources"]["Running"]["Properties"]["PolicyDocument"]
    return {action for one in statements(policy) for action in as_list(one["Action"])}
