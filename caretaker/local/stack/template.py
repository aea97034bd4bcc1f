"""template.yaml, read and made plain: SAM's shorthand becomes the CloudFormation that AWS would see.

Everything happens offline: the names of managed policies are turned into ARNs without asking IAM.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caretaker.local.errors import TemplateError

Template = dict[str, Any]  # a CloudFormation template as JSON

REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's own
_CODE = "s3://local-aws/artifact"  # SAM wants code to be in S3; nothing reads it


@dataclass(frozen=True, slots=True)
class _Region:
    """All that the translator wants to know of a session: asking boto3 would read a person's own settings."""

    region_name: str


@dataclass(frozen=True, slots=True)
class PlainTemplate:
    """A template without SAM's shorthand.

    ``names`` maps the logical id of each function to the name of its folder (``UptimeFunction`` to
    ``uptime``); ``parameters`` has a value for each parameter.
    """

    resources: Template
    conditions: Template
    mappings: Template
    outputs: Template
    parameters: Mapping[str, str]
    names: Mapping[str, str]


def read_template(path: Path, parameters: Mapping[str, str] | None = None) -> PlainTemplate:
    """Return the template at ``path``, translated; raise ``TemplateError`` if that cannot be done."""
    template = _parse(path)
    names = _name_functions(template)
    _let_layers_point_to_s3(template)
    values = _parameter_values(template, parameters or {}, path)
    translated = _translate(template, values, path)
    return PlainTemplate(
        resources=translated.get("Resources", {}),
        conditions=translated.get("Conditions", {}),
        mappings=translated.get("Mappings", {}),
        outputs=translated.get("Outputs", {}),
        parameters=values,
        names=names,
    )


def _parse(path: Path) -> Template:
    import yaml
    from samtranslator.yaml_helper import intrinsics_multi_constructor  # half a second: only who needs it shall wait
    from yaml import YAMLError

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # either is a class
        """Reads the short forms of CloudFormation's functions; libyaml is ten times quicker where it is there."""

    Loader.add_multi_constructor("!", intrinsics_multi_constructor)
    try:
        template = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506 - a safe one
    except OSError as error:
        raise TemplateError(f"{path} cannot be read: {error.strerror}") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise TemplateError(f"{path} is not YAML: {error}") from error
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise TemplateError(f"{path} is not a template: it has no Resources")
    return template


def _name_functions(template: Template) -> dict[str, str]:
    """Return the folder's name of each function, and let its code point to S3."""
    names = {}
    for logical_id, resource in template["Resources"].items():
        if resource.get("Type") == "AWS::Serverless::Function":
            properties = resource.setdefault("Properties", {})
            names[logical_id] = Path(str(properties.get("CodeUri", logical_id))).name
            properties["CodeUri"] = _CODE
    return names


def _let_layers_point_to_s3(template: Template) -> None:
    for resource in template["Resources"].values():
        if resource.get("Type") == "AWS::Serverless::LayerVersion":
            resource.setdefault("Properties", {})["ContentUri"] = _CODE


def _parameter_values(template: Template, given: Mapping[str, str], path: Path) -> dict[str, str]:
    declared = template.get("Parameters", {})
    if unknown := sorted(set(given) - set(declared)):
        raise TemplateError(f"{path} has no parameter {unknown[0]}; it has {', '.join(sorted(declared))}")
    values = {name: given.get(name, parameter.get("Default")) for name, parameter in declared.items()}
    if missing := sorted(name for name, value in values.items() if value is None):
        raise TemplateError(f"the parameter {missing[0]} of {path} has no default: give it a value")
    return {name: str(value) for name, value in values.items()}


def _translate(template: Template, values: Mapping[str, str], path: Path) -> Template:
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    translator = Translator(_managed_policies(template), Parser(), boto_session=_Region(REGION))
    try:
        translated: Template = translator.translate(template, parameter_values=dict(values))
    except InvalidDocumentException as error:
        causes = "; ".join(cause.message for cause in error.causes)
        raise TemplateError(f"{path} cannot be translated: {causes}") from error
    return translated


def _managed_policies(template: Template) -> dict[str, str]:
    """Return an ARN for each policy that the template names without one."""
    names = {"AWSLambdaBasicExecutionRole"}
    for resource in template["Resources"].values():
        policies = resource.get("Properties", {}).get("Policies", [])
        listed = policies if isinstance(policies, list) else [policies]
        names |= {policy for policy in listed if isinstance(policy, str)}
    return {name: f"arn:aws:iam::aws:policy/service-role/{name}" for name in names if not name.startswith("arn:")}
