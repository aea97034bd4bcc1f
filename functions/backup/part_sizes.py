"""How large the parts of an upload are, when nobody knows how long it will become.

S3 takes 10,000 parts of 5 MiB to 5 GiB each (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
"""

MIB = 1 << 20
SMALLEST = 8 * MIB
LARGEST = 5 * 1024 * MIB
_SMALL_PARTS = 5_000  # 40 GiB compressed, with little memory
_DOUBLED_EVERY = 500


def part_size(number: int) -> int:
    """Return the bytes of a part, counted from 1: small for 40 GiB, then doubled again and again.

    All 10,000 parts hold more than 5 TiB.
    """
    doublings = 0 if number <= _SMALL_PARTS else 1 + (number - _SMALL_PARTS - 1) // _DOUBLED_EVERY
    return min(LARGEST, SMALLEST << doublings)
