"""Writes the golden files of the present version, once for each schema: python -m tests.golden NUMBER"""

import sys
from datetime import UTC, datetime

import boto3
from moto import mock_aws

from caretaker.archive.objects import Bucket
from layers.postgres.layer import layer
from tests.databases import make
from tests.golden.backup import FOLDER, STATEMENTS
from tests.golden.items import FILE, dumped, written
from tests.integration.backup.backing_up import World
from tests.integration.conftest import made_table
from tests.postgres import postgres_server


def main() -> None:
    number = sys.argv[1]
    with mock_aws():
        table = made_table(boto3.client("dynamodb", region_name="eu-central-1"))
        written(table)
        FILE(number).write_text(dumped(table), "utf-8")
    with mock_aws(), postgres_server(18) as server:
        table = made_table(boto3.client("dynamodb", region_name="eu-central-1"))
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="golden")
        bucket = Bucket(client, "golden")
        url = server.url(database=make(server, *STATEMENTS))
        World(table, bucket, layer("host") / "postgres", url, now=datetime(2026, 11, 21, 2, tzinfo=UTC)).run()
        for listed in bucket.keys(""):
            place = FOLDER(number) / listed.key
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(bucket.get(listed.key, 10_000_000))


if __name__ == "__main__":
    main()
