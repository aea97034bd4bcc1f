import json

import pytest

from caretaker.local.events.streams import first_failure

RECORDS = [{"dynamodb": {"SequenceNumber": number}} for number in ("10", "11", "12")]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, 3),
        ({}, 3),
        ({"batchItemFailures": []}, 3),
        ({"batchItemFailures": None}, 3),
        ({"batchItemFailures": [{"itemIdentifier": "11"}]}, 1),
        ({"batchItemFailures": [{"itemIdentifier": "12"}, {"itemIdentifier": "11"}]}, 1),
        ({"batchItemFailures": [{"itemIdentifier": "99"}]}, 0),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, 0),
        ({"batchItemFailures": ["11"]}, 0),
        ("a text", 0),
    ],
)
def test_a_partial_response_tells_from_where_to_repeat(answer: object, expected: int) -> None:
    assert first_failure(RECORDS, json.dumps(answer).encode()) == expected
