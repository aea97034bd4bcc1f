"""Caretaker looks after a production web application from its owner's own AWS account."""
