"""Who calls: each function's process, the operator and the local AWS itself have keys of their own."""

OPERATOR_KEY = "CARETAKEROPERATOR"
INTERNAL_KEY = "CARETAKERINTERNAL"
SECRET_KEY = "local"  # noqa: S105 - nobody checks it
_FUNCTION_KEY = "CARETAKERFUNCTION"


def function_key(name: str) -> str:
    """Return the access key id of a function's process."""
    return f"{_FUNCTION_KEY}.{name}"


def function_of(access_key: str) -> str:
    """Return the function that uses this access key id, empty for everybody else."""
    prefix, _, name = access_key.partition(".")
    return name if prefix == _FUNCTION_KEY else ""
