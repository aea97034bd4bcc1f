"""Imports every command: what the process needs that forks.py keeps."""

import gc
from importlib import import_module

import click

from caretaker.cli.main import cli

_WHEN_NEEDED = ("boto3", "samtranslator.translator.translator")  # what commands import as late as they can

with click.Context(cli) as context:
    for name in cli.list_commands(context):
        cli.get_command(context, name)
for name in _WHEN_NEEDED:
    import_module(name)
gc.freeze()  # a fork that collects what it shares with the others copies it
