"""What can go wrong with the local AWS, as sentences for the person who started it."""


class LocalAwsError(Exception):
    """The local AWS could not start, or could not do what was asked; the message says what to do."""


class PortTaken(LocalAwsError):
    """Another program listens on the wanted port already."""


class TemplateError(LocalAwsError):
    """template.yaml cannot be read, or asks for something that the local AWS does not know."""
