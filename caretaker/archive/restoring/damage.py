"""What is wrong with a stored backup itself: no later try will find it otherwise."""

from typing import Literal

Code = Literal["missing-object", "checksum-mismatch", "unreadable"]


class Damaged(Exception):
    """An object of a backup is not what its manifest says; ``code`` is the finding's, the message says how."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code: Code = code
