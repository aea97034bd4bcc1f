"""What can be wrong with a release."""


class ReleaseError(Exception):
    """The stack cannot be deployed, or not be taken back, like this; the message says what to do."""
