"""Imports every command: what the process needs that forks.py keeps."""

import gc
from importlib import import_module

import click

from caretaker.cli.main import cli
from tests.botocore_data import read_once
from tests.clients import client_at

_WHEN_NEEDED = ("samtranslator.translator.translator",)  # what commands import as late as they can
_SERVICES = ("cloudformation", "dynamodb", "lambda", "s3", "secretsmanager", "sns", "ssm")

with click.Context(cli) as context:
    for name in cli.list_commands(context):
        cli.get_command(context, name)
for name in _WHEN_NEEDED:
    import_module(name)
read_once()
for service in _SERVICES:
    client_at(service, "http://127.0.0.1:9")
gc.freeze()  # a fork that collects what it shares with the others copies it
