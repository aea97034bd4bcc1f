"""The types of this folder's fixtures."""

from collections.abc import Callable

from caretaker.authoring import Mistake

Mistakes = Callable[..., tuple[Mistake, ...]]
