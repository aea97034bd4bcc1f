"""What botocore knows of the services of AWS, read once for each process and not for each client that a test makes."""

from functools import cache
from typing import Any

from botocore.loaders import JSONFileLoader

_load = JSONFileLoader.load_file


@cache
def _loaded(path: str) -> Any:
    return _load(JSONFileLoader(), path)


def read_once() -> None:
    """Let every session of this process share what was read: a tenth of a second for each client."""

    def load_file(loader: JSONFileLoader, file_path: str) -> Any:
        return _loaded(file_path)

    JSONFileLoader.load_file = load_file  # type: ignore[assignment]  # mypy binds it twice
