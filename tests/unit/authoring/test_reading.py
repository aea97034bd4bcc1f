"""Whatever is behind a file's name, it is said in a sentence."""

from pathlib import Path

import pytest

from caretaker.authoring import ConfigurationError, load
from caretaker.authoring.reading import LARGEST


def said(path: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(path, for_deployment=True)
    (mistake,) = caught.value.mistakes
    return str(mistake)


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "caretaker.yaml"
    path.write_bytes(content)
    return path


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nothing.yaml"
    assert said(path) == f"{path}: there is no such file. Name another with --config FILE."


def test_a_folder_is_told_from_a_file(tmp_path: Path) -> None:
    assert f"Name the file: {tmp_path}/caretaker.yaml." in said(tmp_path)


def test_a_file_inside_a_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be read (Not a directory)" in said(written(tmp_path, b"") / "x.yaml")


def test_a_name_that_no_file_can_have_is_refused() -> None:
    assert "cannot be read" in said(Path("a\0b"))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# only a comment\n", b"---\n", b"~"])
def test_an_empty_file_says_how_to_begin(tmp_path: Path, content: bytes) -> None:
    assert "the file is empty. Begin it with environment: production" in said(written(tmp_path, content))


def test_a_binary_file_is_refused_at_its_first_strange_byte(tmp_path: Path) -> None:
    assert ":2:2: the file holds the control character U+0000" in said(written(tmp_path, b"a\nb\0c"))


def test_latin_1_is_not_taken_for_utf_8(tmp_path: Path) -> None:
    assert ":2:4: the file is not UTF-8 text. Store it as UTF-8." in said(written(tmp_path, b"a: b\nc: \xfc"))


def test_utf_16_is_named(tmp_path: Path) -> None:
    assert "stored as UTF-16" in said(written(tmp_path, "environment: x".encode("utf-16")))


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbfenvironment: p\nuptime: {targets: [{name: a, url: http://a.example}]}"
    assert load(written(tmp_path, text), for_deployment=True).environment == "p"


def test_an_enormous_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "caretaker.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024**3)  # sparse: reading all of it would not fit into memory
    assert "larger than 1 MB" in said(path)


def test_a_file_that_never_ends_is_refused() -> None:
    assert "larger than 1 MB" in said(Path("/dev/zero"))


def test_a_large_file_of_many_targets_is_read(tmp_path: Path) -> None:
    targets = "".join(f"    - {{name: t{number}, url: http://a.example/{number}}}\n" for number in range(5000))
    text = f"environment: p\nuptime:\n  targets:\n{targets}".encode()
    assert len(text) < LARGEST
    assert len(load(written(tmp_path, text), for_deployment=True).uptime.targets) == 5000
