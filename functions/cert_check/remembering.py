"""The memories of endpoints, as they are kept in the table: one item for each."""

import json
from collections.abc import Mapping
from datetime import datetime

from botocore.exceptions import ClientError

from caretaker.core.results import timestamp
from caretaker.core.store.table import SCHEMA, Table, is_condition_failure, number, packed, text, unpacked
from caretaker.core.telemetry import logger
from functions.cert_check.known import Memory

KEY = "CERT"


def load(table: Table) -> dict[str, Memory]:
    """Return what is remembered, by the name of the check; what cannot be read is looked at as if it were new."""
    memories = {}
    for item in table.query(KEY):
        check = f"cert/{item['sk']['S']}"
        try:
            if int(item["schema"]["N"]) <= SCHEMA:
                memories[check] = Memory.from_json(json.loads(unpacked(item["memory"])))
        except (KeyError, TypeError, ValueError) as damage:
            logger.warning("a memory cannot be read", check=check, metadata={"error": type(damage).__name__})
    return memories


def save(table: Table, learned: Mapping[str, Memory], at: datetime) -> None:
    """Write memories down, those of a later run left alone."""
    for check, memory in sorted(learned.items()):
        try:
            table.client.put_item(
                TableName=table.name,
                Item={
                    "pk": text(KEY),
                    "sk": text(check.partition("/")[2]),
                    "schema": number(SCHEMA),
                    "at": text(timestamp(at)),
                    "memory": packed(json.dumps(memory.to_json(), separators=(",", ":"))),
                },
                ConditionExpression="attribute_not_exists(pk) OR #at < :at",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues={":at": text(timestamp(at))},
            )
        except ClientError as error:
            if not is_condition_failure(error):
                raise
