"""The ``caretaker`` command, for a person's machine."""
