"""What can go wrong when an artifact is built."""


class BuildError(Exception):
    """The artifact cannot be built; the message says why and what to do."""
