"""What tests of every kind can use."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from caretaker.local.aws import LocalAws
from layers.postgres.layer import layer

StartLocalAws = Callable[..., LocalAws]

settings.register_profile("busy", deadline=None)  # an example may take its time where the machine is busy
settings.load_profile("busy")


@pytest.fixture(scope="module")
def local_aws() -> Iterator[StartLocalAws]:
    """Start a local AWS, with the arguments of ``LocalAws``, that ends with the tests of this module."""
    with ExitStack() as running:
        yield lambda *arguments, **options: running.enter_context(LocalAws(*arguments, **options))


@pytest.fixture(scope="session")
def postgres_layer() -> Path:
    """PostgreSQL's programs for this machine: the layer's folder, assembled the first time it is asked for."""
    return layer("host")
