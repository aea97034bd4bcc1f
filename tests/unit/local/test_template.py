from pathlib import Path

import pytest

from caretaker.local.errors import TemplateError
from caretaker.local.stack.template import read_template

ROOT = Path(__file__).parents[3]


def test_the_real_template_is_translated_without_asking_aws() -> None:
    template = read_template(ROOT / "template.yaml", {"Environment": "staging"})

    assert template.names == {
        "UptimeFunction": "uptime",
        "CertCheckFunction": "cert_check",
        "BackupFunction": "backup",
        "VerifyFunction": "verify",
        "CleanupFunction": "cleanup",
        "NotifyFunction": "notify",
    }
    assert template.parameters["Environment"] == "staging"
    assert template.resources["UptimeFunction"]["Type"] == "AWS::Lambda::Function"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "has no Resources"),
        ("- a list", "has no Resources"),
        ("{", "is not YAML"),
        ("\x00", "is not YAML"),
        ("Resources: {F: {Type: AWS::Serverless::Function, Properties: {}}}", "cannot be translated"),
        ("Parameters: {Name: {Type: String}}\nResources: {T: {Type: AWS::SNS::Topic}}", "Name of .* has no default"),
    ],
)
def test_what_is_no_template_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("Transform: AWS::Serverless-2016-10-31\n" + text if text.startswith("Re") else text)

    with pytest.raises(TemplateError, match=reason):
        read_template(path)


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"missing.yaml cannot be read: No such file"):
        read_template(tmp_path / "missing.yaml")


def test_an_unknown_parameter_is_named_with_the_known_ones() -> None:
    with pytest.raises(TemplateError, match=r"has no parameter Enviroment; it has .*Environment"):
        read_template(ROOT / "template.yaml", {"Enviroment": "x"})
