import pytest

from caretaker.build.errors import BuildError
from layers.postgres.wheels import machine_of, published


def test_lambda_is_arm64() -> None:
    assert machine_of("lambda") == "aarch64"


@pytest.mark.parametrize(
    ("system", "machine", "libc", "said"),
    [
        ("darwin", "arm64", "", r"\(darwin, arm64, no glibc\)"),
        ("linux", "x86_64", "", r"\(linux, x86_64, no glibc\)"),
        ("linux", "riscv64", "glibc", r"\(linux, riscv64, glibc\)"),
    ],
)
def test_a_machine_without_published_programs_is_told_what_to_do(
    system: str, machine: str, libc: str, said: str
) -> None:
    with pytest.raises(BuildError, match=f"not published for this machine {said}: use Linux with glibc on x86_64 or"):
        published(system, machine, libc)
