"""Measures what one run of each function uses, for `caretaker cost`: writes caretaker/cost/measured.json.

    .venv/bin/python -m bench.cost        (or: make cost)

The functions really run on the local AWS: with one endpoint, one certificate and an empty database, then with 25, 5 and
a database of mixed rows. Units of DynamoDB, calls of S3 and lines of logs are counted; seconds are of this machine.
"""

from datetime import UTC, datetime
from pathlib import Path

from bench.backup.session import run
from bench.cost.counting import count
from bench.cost.stage import stage
from caretaker.cost.measured import Measured, Sample, record
from tests.postgres import PostgresServer, postgres_server

ENDPOINTS, CERTIFICATES = 25, 5
GIGABYTES = 0.1
_ROWS = Path(__file__).parents[1] / "backup" / "rows.sql"


def main() -> None:
    with postgres_server(18) as server:
        with stage(1, 1, server.url()) as small:
            first = count(small, _size(server))
        run(server, _ROWS.read_text("utf-8").replace(":gb", str(GIGABYTES)))
        with stage(ENDPOINTS, CERTIFICATES, server.url()) as large:
            second = count(large, _size(server))
    samples: dict[str, list[Sample]] = {name: [first[name], second[name]] for name in second}
    record(Measured(f"{datetime.now(UTC):%Y-%m-%d}", samples))


def _size(server: PostgresServer) -> float:
    return float(str(run(server, "select pg_database_size(current_database())")[0][0]))


if __name__ == "__main__":
    main()
