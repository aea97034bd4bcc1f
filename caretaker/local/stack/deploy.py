"""Creates the stack in moto, through its API, and makes up for what moto's CloudFormation drops."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from caretaker.local.errors import TemplateError
from caretaker.local.stack.intrinsics import Unresolvable, Value, resolver_for
from caretaker.local.stack.registry import Registry, read_registry
from caretaker.local.stack.split import Split, split, template_for_moto
from caretaker.local.stack.template import ACCOUNT, REGION, PlainTemplate, Template

if TYPE_CHECKING:
    from moto.cloudformation.models import Stack

    from caretaker.local.clients import Clients

# Attributes that moto does not know, though they equal what Ref gives.
_SAME_AS_REFERENCE = {("AWS::SNS::Topic", "TopicArn"), ("AWS::SQS::Queue", "QueueUrl")}


def deploy(template: PlainTemplate, stack: str, clients: "Clients") -> Registry:
    """Create the stack and return what the local AWS does itself; raise ``TemplateError``."""
    from botocore.exceptions import ClientError

    parts = split(template, stack)
    try:
        clients.cloudformation.create_stack(
            StackName=stack,
            TemplateBody=template_for_moto(template, parts),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        )
    except ClientError as error:
        raise TemplateError(f"the stack cannot be created: {error.response['Error'].get('Message', error)}") from error
    lookup = CreatedResources(_stack(stack), parts)
    resolver = resolver_for(template, stack, lookup)
    for logical_id, resource in parts.by_moto.items():
        if resource["Type"] == "AWS::DynamoDB::Table":
            _complete_table(lookup.reference(logical_id), resolver.resolve(resource["Properties"]), clients)
        if resource["Type"] == "AWS::S3::Bucket":
            _complete_bucket(lookup.reference(logical_id), resolver.resolve(resource["Properties"]), clients)
    registry = read_registry(parts, template.names, resolver)
    for subscription in registry.subscriptions:
        clients.sns.subscribe(
            TopicArn=subscription.topic, Protocol=subscription.protocol, Endpoint=subscription.endpoint
        )
    return registry


@dataclass(frozen=True, slots=True)
class CreatedResources:
    """Knows what each resource of the stack is called, whoever created it."""

    stack: "Stack"
    parts: Split

    def reference(self, logical_id: str) -> Value:
        """Return what ``Ref`` gives for a resource; raise ``Unresolvable``."""
        if (logical_id, "") in self.parts.known:
            return self.parts.known[logical_id, ""]
        return self._created(logical_id).physical_resource_id

    def attribute(self, logical_id: str, attribute: str) -> Value:
        """Return what ``Fn::GetAtt`` gives; raise ``Unresolvable``."""
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        if (logical_id, attribute) in self.parts.known:
            return self.parts.known[logical_id, attribute]
        resource = self._created(logical_id)
        if (self.parts.by_moto[logical_id]["Type"], attribute) in _SAME_AS_REFERENCE:
            return resource.physical_resource_id
        try:
            return resource.get_cfn_attribute(attribute)
        except (UnformattedGetAttTemplateException, NotImplementedError, AttributeError) as error:
            raise Unresolvable(f"{logical_id} has no attribute {attribute} that the local AWS knows") from error

    def _created(self, logical_id: str) -> Value:
        if logical_id not in self.parts.by_moto:
            raise Unresolvable(f"there is no resource or parameter {logical_id}")
        return self.stack.resource_map[logical_id]


def _stack(name: str) -> "Stack":
    from moto.cloudformation.models import cloudformation_backends

    return cloudformation_backends[ACCOUNT][REGION].get_stack(name)


def _complete_bucket(name: str, properties: Template, clients: "Clients") -> None:
    if versioning := properties.get("VersioningConfiguration"):
        clients.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versioning["Status"]})


def _complete_table(name: str, properties: Template, clients: "Clients") -> None:
    if time_to_live := properties.get("TimeToLiveSpecification"):
        clients.dynamodb.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={
                "AttributeName": time_to_live["AttributeName"],
                "Enabled": str(time_to_live["Enabled"]).lower() == "true",
            },
        )
    recovery = properties.get("PointInTimeRecoverySpecification", {})
    if str(recovery.get("PointInTimeRecoveryEnabled", False)).lower() == "true":
        clients.dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
