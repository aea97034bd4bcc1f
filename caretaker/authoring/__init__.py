"""The file that a person edits: read strictly, checked as a whole, compiled for the functions.

Needs PyYAML, pydantic and google-re2; never part of what runs in Lambda.
"""

from caretaker.authoring.compiling import compile_sections
from caretaker.authoring.loading import load
from caretaker.authoring.mistakes import ConfigurationError, Mistake
from caretaker.authoring.model.configuration import Configuration
from caretaker.authoring.schema import json_schema

__all__ = ["Configuration", "ConfigurationError", "Mistake", "compile_sections", "json_schema", "load"]
