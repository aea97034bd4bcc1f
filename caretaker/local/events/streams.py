"""Stream mappings: records of a table's stream, in order, given to a function.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from caretaker.local.events.patterns import matches
from caretaker.local.events.shard import Record, Shard
from caretaker.local.functions.destinations import Destinations, failure_record
from caretaker.local.functions.invoker import Invoker
from caretaker.local.functions.outcome import Outcome
from caretaker.local.stack.resources import Function, StreamMapping
from caretaker.local.work import Work

_LOOKS_AGAIN = 5.0  # seconds without a write that was seen
_FIRST_DELAY, _LONGEST_DELAY = 0.05, 1.0  # seconds before a batch is repeated


class StreamReader:
    """Follows one mapping's stream in a thread of its own, from its first record."""

    def __init__(
        self,
        mapping: StreamMapping,
        function: Function,
        *,
        source: Shard,
        invoker: Invoker,
        destinations: Destinations,
        work: Work,
    ) -> None:
        self._mapping = mapping
        self._function = function
        self._source = source
        self._invoker = invoker
        self._destinations = destinations
        self._work = work
        self._closing = threading.Event()
        self._seen = -1
        self._position = 0
        self._shard = ""
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    @property
    def seen(self) -> int:
        """The number of writes after which everything was delivered."""
        return self._seen

    def close(self) -> None:
        """Read no further."""
        self._closing.set()
        self._work.wrote()
        self._thread.join(timeout=5)

    def _follow(self) -> None:
        while not self._closing.is_set():
            writes = self._work.wait_for_write(self._seen, _LOOKS_AGAIN)
            while not self._closing.is_set() and (records := self._read()):
                self._deliver(records)
            self._seen = writes

    def _read(self) -> list[Record]:
        self._shard, records = self._source.read(self._position)
        self._position += len(records)
        return records

    def _deliver(self, records: list[Record]) -> None:
        patterns = self._mapping.patterns
        wanted = [record for record in records if not patterns or any(matches(one, record) for one in patterns)]
        size = self._mapping.batch_size
        for start in range(0, len(wanted), size):
            self._process(wanted[start : start + size])

    def _process(self, batch: list[Record]) -> None:
        waiting: list[tuple[list[Record], int]] = [(batch, 0)]
        while waiting and not self._closing.is_set():
            records, tries = waiting.pop(0)
            event = json.dumps({"Records": records}).encode()
            request, outcome = self._invoker.invoke(self._function, event)
            left = self._left(records, outcome)
            if not left:
                continue
            if outcome.failed and self._mapping.bisect and len(left) > 1:
                half = len(left) // 2
                waiting[:0] = [(left[:half], tries), (left[half:], tries)]
            elif tries >= self._mapping.retries:
                self._give_up(left, request, tries + 1)
            else:
                self._closing.wait(min(_FIRST_DELAY * 2**tries, _LONGEST_DELAY))
                waiting.insert(0, (left, tries + 1))

    def _left(self, records: list[Record], outcome: Outcome) -> list[Record]:
        """Return the records that have to be given again, empty if all went well."""
        if outcome.failed:
            return records
        if not self._mapping.partial_responses:
            return []
        return records[first_failure(records, outcome.payload) :]

    def _give_up(self, records: list[Record], request: str, tries: int) -> None:
        if self._mapping.on_failure:
            body = {
                **failure_record(self._function, request, "RetryAttemptsExhausted", tries),
                "DDBStreamBatchInfo": batch_info(records, self._shard, self._mapping.stream),
            }
            self._destinations.send(self._function, self._mapping.on_failure, json.dumps(body))


def first_failure(records: list[Record], payload: bytes) -> int:
    """Return the position of the first record that a partial response names; its length if all went well.

    A response that cannot be understood, or names no record of the batch, fails the whole batch, as Lambda has it.
    """
    answer = json.loads(payload or b"null")
    if not answer:
        return len(records)
    failures = answer.get("batchItemFailures", []) if isinstance(answer, dict) else [None]
    numbers = {record["dynamodb"]["SequenceNumber"]: index for index, record in enumerate(records)}
    found = [numbers.get(one.get("itemIdentifier"), 0) if isinstance(one, dict) else 0 for one in failures or ()]
    return min(found, default=len(records))


def batch_info(records: list[Record], shard: str, stream: str) -> Record:
    """Return what Lambda tells an on-failure destination of the records that it gave up."""
    first, last = records[0]["dynamodb"], records[-1]["dynamodb"]
    return {
        "shardId": shard,
        "startSequenceNumber": first["SequenceNumber"],
        "endSequenceNumber": last["SequenceNumber"],
        "approximateArrivalOfFirstRecord": _arrival(first),
        "approximateArrivalOfLastRecord": _arrival(last),
        "batchSize": len(records),
        "streamArn": stream,
    }


def _arrival(parts: Mapping[str, Any]) -> str:
    return datetime.fromtimestamp(parts["ApproximateCreationDateTime"], UTC).isoformat()
