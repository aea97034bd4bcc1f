"""A table's stream as moto keeps it.

Read directly, not through the streams' API: when a transaction is rolled back moto puts a copy of the
table in place, and an iterator would go on reading the records of the discarded one.
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caretaker.local.stack.template import ACCOUNT, REGION

Record = dict[str, Any]  # a stream record as a function sees it

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Shard:
    """The one shard of a stream; ``lock`` keeps writers of the table away."""

    stream: str
    lock: threading.Lock

    def read(self, position: int) -> tuple[str, list[Record]]:
        """Return the shard's id and the records from this position on, a thousand at most."""
        from moto.dynamodb.models import dynamodb_backends

        name = self.stream.split("/")[1]
        with self.lock:
            shard = dynamodb_backends[ACCOUNT][REGION].get_table(name).stream_shard
            if shard is None:
                raise ValueError(f"{name} has no stream")
            found = [record.to_json() for record in shard.items[position : position + _AT_ONCE]]
            return shard.id, [self._as_event(record) for record in found]

    def _as_event(self, record: Record) -> Record:
        arrived: datetime = record["dynamodb"]["ApproximateCreationDateTime"]
        return {
            **record,
            "eventSourceARN": self.stream,
            "dynamodb": {**record["dynamodb"], "ApproximateCreationDateTime": arrived.timestamp()},
        }
