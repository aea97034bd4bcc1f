"""S3's limits hold for every part, and all parts together hold any database."""

from functions.backup.part_sizes import LARGEST, SMALLEST, part_size

MOST_PARTS = 10_000  # that S3 takes
SIZES = [part_size(number) for number in range(1, MOST_PARTS + 1)]


def test_every_part_is_of_a_size_that_s3_takes() -> None:
    assert min(SIZES) == SMALLEST >= 5 << 20
    assert max(SIZES) == LARGEST == 5 << 30


def test_no_database_is_too_large_for_s3s_number_of_parts() -> None:
    assert sum(SIZES) >= 5 << 40


def test_parts_stay_small_for_what_a_function_has_time_for() -> None:
    assert sum(size for size in SIZES if size == SMALLEST) >= 40_000_000_000


def test_parts_never_become_smaller() -> None:
    assert sorted(SIZES) == SIZES
