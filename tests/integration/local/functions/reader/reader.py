"""Reads a table's stream: says which records it got, and fails on those whose key says so."""

import json


def handler(event, context):
    keys = [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
    print(json.dumps({"keys": keys, "first": event["Records"][0]}))
    if any(key.startswith("raise") for key in keys):
        raise ValueError("a record that cannot be read")
    failed = [record for record in event["Records"] if record["dynamodb"]["Keys"]["sk"]["S"].startswith("refuse")]
    return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]} for record in failed]}
