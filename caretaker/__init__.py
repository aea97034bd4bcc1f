"""Caretaker looks after a production web application from its owner's own AWS account."""

__version__ = "0.1.0"
