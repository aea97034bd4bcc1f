"""What can be watched: one module for each kind of target, told apart by the key that says where it is."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Tag

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.targets.base import BaseTarget
from caretaker.authoring.model.targets.dns import DnsTarget
from caretaker.authoring.model.targets.http import HttpTarget
from caretaker.authoring.model.targets.postgres import PostgresTarget
from caretaker.authoring.model.targets.redis import RedisTarget
from caretaker.authoring.model.targets.tcp import TcpTarget
from caretaker.authoring.wording import one_of

KINDS: Mapping[str, type[BaseTarget]] = {  # by the key that only this kind has
    "url": HttpTarget,
    "tcp": TcpTarget,
    "dns": DnsTarget,
    "redis": RedisTarget,
    "postgres": PostgresTarget,
}


def _tag(value: object) -> str:
    present = [key for key in KINDS if isinstance(value, dict) and key in value]
    return f"<{present[0] if present else 'url'}>"


def _one_kind(value: object) -> object:
    present = [key for key in KINDS if isinstance(value, dict) and key in value]
    if len(present) > 1:
        raise Unfit("a target is of one kind", f"Keep one of {one_of(present)}, and make a target of each.")
    return value


Target = Annotated[
    Annotated[HttpTarget, Tag("<url>")]
    | Annotated[TcpTarget, Tag("<tcp>")]
    | Annotated[DnsTarget, Tag("<dns>")]
    | Annotated[RedisTarget, Tag("<redis>")]
    | Annotated[PostgresTarget, Tag("<postgres>")],
    Discriminator(_tag),
    BeforeValidator(_one_kind),
]


def kind_of(tag: str) -> type[BaseTarget] | None:
    """Return the kind of target that one of pydantic's places names, None if it names none."""
    return KINDS.get(tag[1:-1]) if tag.startswith("<") else None
