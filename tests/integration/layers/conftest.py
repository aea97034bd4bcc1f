"""The layer's programs where they are to run, and a server for them to talk to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import PostgresServer, postgres_server
from tests.sandbox import Sandbox, sandbox


@pytest.fixture
def lambda_like(postgres_layer: Path) -> Iterator[Sandbox]:
    with sandbox(postgres_layer) as place:
        yield place


@pytest.fixture(scope="module", params=[16, 18], ids="PostgreSQL {}".format)
def server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    with postgres_server(request.param) as running:
        yield running
