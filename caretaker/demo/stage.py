"""The stage of the demo: the shop, the local AWS with Caretaker on it, and a Slack to listen to."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from caretaker.core.results import Status, timestamp
from caretaker.core.store.history import read_rows
from caretaker.core.store.table import key, run_key
from caretaker.demo.authority import issue
from caretaker.demo.configuration import ENVIRONMENT, WEBHOOK_PARAMETER, write_configuration
from caretaker.demo.seen import Look, Mail, Run
from caretaker.demo.shop import Shop
from caretaker.demo.slack import SlackEndpoint
from caretaker.demo.story import Scene
from caretaker.local.aws import Answer, LocalAws
