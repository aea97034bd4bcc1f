"""Reads a table's stream: says which records it got, and fails on those whose key says so."""

import json
import sys
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    keys = [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
    sys.stdout.write(json.dumps({"keys": keys, "first": event["Records"][0]}) + "\n")
    if any(key.startswith("raise") for key in keys):
        raise ValueError("a record that cannot be read")
    failed = [record for record in event["Records"] if record["dynamodb"]["Keys"]["sk"]["S"].startswith("refuse")]
    return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]} for record in failed]}
