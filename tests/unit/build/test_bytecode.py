import sys
from pathlib import Path

import pytest

from caretaker.build.bytecode import compile_tree, compiler
from caretaker.build.errors import BuildError


def test_this_python_compiles_for_itself() -> None:
    assert compiler(sys.version_info[:2]) == sys.executable


def test_a_version_that_is_not_on_this_machine_compiles_nothing() -> None:
    assert compiler((3, 999)) is None


def test_a_shim_of_a_python_that_is_not_there_compiles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "python3.998"
    shim.write_text("#!/bin/sh\necho 'command not found' >&2\nexit 127\n", "utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert compiler((3, 998)) is None


def test_bytecode_depends_on_the_sources_alone(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "module.py").write_text("ANSWER = 42\n", "utf-8")
        compile_tree(tmp_path / name, sys.executable)

    [one], [two] = ((tmp_path / name).rglob("*.pyc") for name in ("one", "two"))

    assert one.read_bytes() == two.read_bytes()


def test_a_module_that_cannot_be_compiled_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def\n", "utf-8")

    with pytest.raises(BuildError, match=r"broken\.py"):
        compile_tree(tmp_path, sys.executable)
