"""Real servers of both versions, and the programs that are right for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def programs(postgres_layer: Path) -> Path:
    return postgres_layer / "postgres"


@pytest.fixture(scope="session")
def postgres_16() -> Iterator[PostgresServer]:
    with postgres_server(16) as running:
        yield running


@pytest.fixture(scope="session")
def postgres_18() -> Iterator[PostgresServer]:
    with postgres_server(18) as running:
        yield running


@pytest.fixture(params=[16, 18], ids="PostgreSQL {}".format)
def server(request: pytest.FixtureRequest) -> PostgresServer:
    running: PostgresServer = request.getfixturevalue(f"postgres_{request.param}")
    return running
