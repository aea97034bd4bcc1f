import pytest

from caretaker.core.sizes import spoken_size


@pytest.mark.parametrize(
    ("size", "spoken"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (1_540, "1.5 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (2_300_000_000, "2.3 GB"),
        (5 * 10**12, "5.0 TB"),
        (7 * 10**15, "7000.0 TB"),
    ],
)
def test_a_size_is_said_as_people_say_it(size: int, spoken: str) -> None:
    assert spoken_size(size) == spoken
