"""What tests of every kind can use."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from caretaker.local.aws import LocalAws

StartLocalAws = Callable[..., LocalAws]


@pytest.fixture(scope="module")
def local_aws() -> Iterator[StartLocalAws]:
    """Start a local AWS, with the arguments of ``LocalAws``, that ends with the tests of this module."""
    with ExitStack() as running:
        yield lambda *arguments, **options: running.enter_context(LocalAws(*arguments, **options))
