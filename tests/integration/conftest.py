"""A table in moto, over HTTP on loopback; PostgreSQL of both versions, and its programs."""

from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler
from moto.server import ThreadedMotoServer

from caretaker.core.store.table import Table
from caretaker.local.endpoint.fitting import fit_moto
from tests.clients import client_at, session
from tests.postgres import PostgresServer, postgres_server

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="session")
def quick_moto() -> None:
    """Make moto's DynamoDB in this process as quick as the local AWS makes it, where its answers are held to moto's."""
    fit_moto()


@pytest.fixture(scope="session")
def moto_endpoint(quick_moto: None) -> Iterator[str]:
    """The address of a moto server of this test process.

    DynamoDB carries transactions out one after the other; moto, in several threads, only does with this lock.
    """
    lock, call = Lock(), DynamoHandler.call_action

    def one_at_a_time(handler: DynamoHandler) -> Any:  # moto's own answer
        with lock:
            return call(handler)

    DynamoHandler.call_action = one_at_a_time  # type: ignore[method-assign] # for all handlers
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    DynamoHandler.call_action = call  # type: ignore[method-assign] # as it was


@pytest.fixture
def dynamodb(moto_endpoint: str) -> "DynamoDBClient":
    """A client of moto's DynamoDB."""
    client: DynamoDBClient = client_at("dynamodb", moto_endpoint, "eu-central-1")
    return client


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Iterator[Table]:
    """An empty table with the keys and the index that template.yaml gives it."""
    made = made_table(dynamodb)
    yield made
    dynamodb.delete_table(TableName=made.name)


@pytest.fixture
def near(quick_moto: None) -> Iterator[Table]:
    """Such a table in moto without HTTP between: for tests that take thousands of calls."""
    with mock_aws():
        yield made_table(
            session().client(
                "dynamodb", region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
            )
        )


def made_table(dynamodb: "DynamoDBClient") -> Table:
    """Return a new table with the keys and the index that template.yaml gives it."""
    name = "caretaker-test"
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in ("pk", "sk", "due", "due_at")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "due",
                "KeySchema": [
                    {"AttributeName": "due", "KeyType": "HASH"},
                    {"AttributeName": "due_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return Table(dynamodb, name)


@pytest.fixture(scope="session")
def programs(postgres_layer: Path) -> Path:
    """The folder with PostgreSQL's programs by version."""
    return postgres_layer / "postgres"


@pytest.fixture(scope="session")
def postgres_16() -> Iterator[PostgresServer]:
    """A server of PostgreSQL 16."""
    with postgres_server(16) as running:
        yield running


@pytest.fixture(scope="session")
def postgres_18() -> Iterator[PostgresServer]:
    """A server of PostgreSQL 18."""
    with postgres_server(18) as running:
        yield running


@pytest.fixture(params=[16, 18], ids="PostgreSQL {}".format)
def either_postgres(request: pytest.FixtureRequest) -> PostgresServer:
    """A server of PostgreSQL 16, then one of 18."""
    running: PostgresServer = request.getfixturevalue(f"postgres_{request.param}")
    return running
