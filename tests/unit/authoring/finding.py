"""What the tests of this folder share: the smallest configuration, and the types of the fixtures."""

from collections.abc import Callable

from caretaker.authoring import Mistake

Mistakes = Callable[..., tuple[Mistake, ...]]

MINIMAL = """
environment: production
uptime:
  targets:
    - {name: api, url: https://api.example.com/health}
"""
