"""What tests of every kind can use."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from caretaker.local.aws import LocalAws
from layers.postgres.layer import layer
from tests.botocore_data import read_once

StartLocalAws = Callable[..., LocalAws]

# Files whose tests use what another file's do, and what takes long to start: one process runs both.
_TOGETHER = {
    "tests/e2e/test_standing.py": "tests/e2e/test_stack.py",
    "tests/integration/template/test_metrics.py": "tests/integration/template/test_permissions.py",
}

settings.register_profile("busy", deadline=None)  # an example may take its time where the machine is busy
settings.load_profile("busy")
read_once()


class _ByFile(LoadFileScheduling):  # type: ignore[misc] # it has no types
    """Gives each file to one process, and those that belong together to the same."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return _TOGETHER.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    """Let tests that ``make test`` distributes share what takes long to start."""
    return _ByFile(config, log)


@pytest.fixture(scope="module")
def local_aws() -> Iterator[StartLocalAws]:
    """Start a local AWS, with the arguments of ``LocalAws``, that ends with the tests of this module."""
    with ExitStack() as running:
        yield lambda *arguments, **options: running.enter_context(LocalAws(*arguments, **options))


@pytest.fixture(scope="session")
def postgres_layer() -> Path:
    """PostgreSQL's programs for this machine: the layer's folder, assembled the first time it is asked for."""
    return layer("host")
